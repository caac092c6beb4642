// What a program in Node starts as a worker.
import { parentPort } from 'node:worker_threads';
import { hostModels } from '../../src/neural/worker-host.ts';

hostModels(parentPort!);

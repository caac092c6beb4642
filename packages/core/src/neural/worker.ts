/** The script of the worker that `startNeuralWorker` starts in browsers. */

import { hostModels } from './worker-host.ts';
import type { ThreadPort } from './worker-port.ts';

hostModels(self as unknown as ThreadPort);

// Loaded into a program with --import: writes what it used to the file named in FOREWORD_BENCH_USAGE when it ends.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.FOREWORD_BENCH_USAGE, JSON.stringify(process.resourceUsage()));
});

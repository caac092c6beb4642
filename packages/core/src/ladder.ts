/** A step of a ladder: the models that are asked on it. */
export interface Rung {
  /** `LanguageModel.name` of each. */
  readonly models: readonly string[];
  /** Gibibytes of device memory below which the rung is out of reach. Default 0. */
  readonly leastMemoryGiB?: number;
  /** Whether its models need WebAssembly SIMD. Default false. */
  readonly needsSimd?: boolean;
}

/** What the host knows of the device and the page. What is left out is taken to be no obstacle. */
export interface LadderConditions {
  /** The user asks for less data (`navigator.connection.saveData`): nothing above the first rung. */
  readonly savesData?: boolean;
  /** Nobody sees the page: nothing above the first rung. */
  readonly isHidden?: boolean;
  /** `navigator.deviceMemory`. */
  readonly memoryGiB?: number;
  /** Whether WebAssembly SIMD works here. */
  readonly hasSimd?: boolean;
}

/** Options of `createLadder`. */
export interface LadderOptions {
  /** Cheapest first; at least one. */
  readonly rungs: readonly Rung[];
  /** Most milliseconds the final answer to a key may take, in the median: greater than 0. Default 50. */
  readonly budgetMs?: number;
  /** To begin with. Default: no obstacles. */
  readonly conditions?: LadderConditions;
}

/** Chooses which models a machine can afford. `createPredictor` takes one, asks it before each question and tells it the time. */
export interface Ladder {
  /** The rung in force, 0 for the cheapest. */
  readonly rung: number;
  /** Whether a model may be asked now. A model that stands on no rung always may. */
  allows(model: string): boolean;
  /** Takes note that a question asked on the rung in force was answered after `ms`, or was given up after `ms` without an answer. */
  record(ms: number, isAnswered: boolean): void;
  /** What has changed in the conditions. */
  setConditions(changed: LadderConditions): void;
  /** The user's own choice of a rung, which wins over measurements and conditions; null gives it back. Throws `RangeError`. */
  choose(rung: number | null): void;
}

/**
 * Climbs to the dearest rung within the budget, by measurement alone: down as soon as the median of the last 8 questions is over
 * the budget; up on trial after 64 questions, to stay if their median is within 70 % of it. Each trial that fails doubles
 * the wait up to 4,096 questions, so that a slow machine is not slowed down again and again. Begins on the dearest rung
 * that the conditions leave. Throws `RangeError` on bad options.
 */
export function createLadder(options: LadderOptions): Ladder {
  return new MeasuringLadder(options);
}

/** Questions the median is taken of. */
const WINDOW = 8;
const FIRST_WAIT = 64;
const LONGEST_WAIT = 4096;
/** Share of the budget that a trial must keep to. */
const TRIAL_SHARE = 0.7;

class MeasuringLadder implements Ladder {
  readonly #rungs: readonly Rung[];
  readonly #budgetMs: number;
  #conditions: LadderConditions;
  #chosen: number | null = null;
  /** The dearest rung that measurement allows, and the rung in force when the window was begun. */
  #affordable: number;
  #measured: number;
  #window: number[] = [];
  #isTrial = false;
  /** Questions within the budget since the last step, and how many it takes to try the next rung. */
  #waited = 0;
  #wait = FIRST_WAIT;

  constructor({ rungs, budgetMs = 50, conditions = {} }: LadderOptions) {
    if (rungs.length === 0) throw new RangeError('rungs must hold at least one rung');
    if (!(budgetMs > 0)) throw new RangeError(`budgetMs must be greater than 0, not ${budgetMs}`);
    this.#rungs = rungs;
    this.#budgetMs = budgetMs;
    this.#conditions = conditions;
    this.#affordable = rungs.length - 1;
    this.#measured = this.rung;
  }

  get rung(): number {
    return this.#chosen ?? Math.min(this.#affordable, this.#highestAllowed());
  }

  allows(model: string): boolean {
    const isOnLadder = this.#rungs.some(({ models }) => models.includes(model));
    return !isOnLadder || this.#rungs[this.rung]!.models.includes(model);
  }

  record(ms: number, isAnswered: boolean): void {
    if (this.#chosen !== null) return;
    if (this.#measured !== this.rung) this.#beginWindow();
    // Giving up early says nothing of how long the answer would have taken.
    if (!isAnswered && ms <= this.#limitMs()) return;
    this.#window.push(ms);
    if (this.#window.length > WINDOW) this.#window.shift();
    this.#waited++;
    if (this.#window.length === WINDOW) this.#judge(median(this.#window));
  }

  setConditions(changed: LadderConditions): void {
    this.#conditions = { ...this.#conditions, ...changed };
  }

  choose(rung: number | null): void {
    if (rung !== null && this.#rungs[rung] === undefined) {
      throw new RangeError(`rung must be null or from 0 to ${this.#rungs.length - 1}, not ${rung}`);
    }
    this.#chosen = rung;
    this.#beginWindow();
  }

  #judge(medianMs: number): void {
    const { rung } = this;
    if (medianMs > this.#limitMs() && rung > 0) {
      if (this.#isTrial) this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
      this.#affordable = rung - 1;
      this.#isTrial = false;
      this.#beginWindow();
    } else if (this.#isTrial) {
      this.#isTrial = false;
      this.#wait = FIRST_WAIT;
    } else if (this.#waited >= this.#wait && rung < this.#highestAllowed() && medianMs <= this.#budgetMs) {
      this.#affordable = rung + 1;
      this.#isTrial = true;
      this.#beginWindow();
    }
  }

  #limitMs(): number {
    return this.#isTrial ? TRIAL_SHARE * this.#budgetMs : this.#budgetMs;
  }

  #beginWindow(): void {
    this.#window = [];
    this.#waited = 0;
    this.#measured = this.rung;
  }

  #highestAllowed(): number {
    const { savesData = false, isHidden = false, memoryGiB = Infinity, hasSimd = true } = this.#conditions;
    if (savesData || isHidden) return 0;
    let highest = 0;
    for (const [index, { leastMemoryGiB = 0, needsSimd = false }] of this.#rungs.entries()) {
      if (memoryGiB >= leastMemoryGiB && (hasSimd || !needsSimd)) highest = index;
    }
    return highest;
  }
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length >> 1;
  return (ascending[middle - 1]! + ascending[middle]!) / 2;
}

/**
 * Keystrokes saved, counted as the field does: 100 · (C − K) / C for C characters written with K keys, where taking
 * a candidate costs one key and writes its rest and its space. What is pasted counts for nothing, and so do
 * corrections; a candidate that is taken back gives its characters back and its keys stay spent.
 */
export class Savings {
  characters = 0;
  keys = 0;

  typed(characters: number): void {
    this.characters += characters;
    this.keys += characters;
  }

  /** `grownBy`: how much longer the text became. */
  accepted(grownBy: number): void {
    this.characters += grownBy;
    this.keys += 1;
  }

  /** What would have taken `plainKeys` was written with `keys`: pinyin, whose letters are not those of the text. */
  composed(plainKeys: number, keys: number): void {
    this.characters += plainKeys;
    this.keys += keys;
  }

  /** `shrunkBy`: how much shorter the text became. */
  takenBack(shrunkBy: number): void {
    this.characters -= shrunkBy;
    this.keys += 1;
  }

  /** 0–100, or below 0 after candidates were taken back. Undefined before anything was written. */
  get percent(): number | undefined {
    return this.characters > 0 ? (100 * (this.characters - this.keys)) / this.characters : undefined;
  }
}

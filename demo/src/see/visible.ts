/** The trainer's own rule (gpt.py, `visible`): the column is at most the row and less than `band` behind it. */
export function isVisible(row: number, column: number, band: number): boolean {
  return column <= row && row - column < band;
}

declare module 'virtual:pack' {
  /** The folder of the pack, relative to the page. */
  export const packUrl: string;
}

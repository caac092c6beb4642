/** Serves the built page; see serve.mjs. */
export function serve(options?: {
  readonly port?: number;
  readonly host?: string;
  readonly root?: string;
}): Promise<{ readonly url: string; close(): Promise<void> }>;

/** Lets the writer save a text as a file. It is made in memory and asks nothing of the network. */
export function download(content: string, fileName: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser may read the file a moment after the press.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** What the page has fetched. */
export interface Traffic {
  /** Bytes that came over the network, headers and compression counted; not what the device itself had. */
  readonly bytes: number;
  /** Requests begun since `markLoaded`; undefined before it. */
  readonly requestsSinceLoad: number | undefined;
}

export interface TrafficWatch {
  /** Everything that begins from now on counts in `requestsSinceLoad`. */
  markLoaded(): void;
}

/** Watches every request of the page, those already made included, through its resource timing. */
export function watchTraffic(onChange: (traffic: Traffic) => void): TrafficWatch {
  let bytes = 0;
  let requestsSinceLoad: number | undefined;
  let loadedAt = Number.POSITIVE_INFINITY;
  const read = (entries: PerformanceEntryList): void => {
    for (const entry of entries as PerformanceResourceTiming[]) {
      // The page's own memory.
      if (entry.name.startsWith('blob:')) continue;
      bytes += entry.transferSize;
      if (requestsSinceLoad !== undefined && entry.startTime >= loadedAt) requestsSinceLoad++;
    }
    onChange({ bytes, requestsSinceLoad });
  };
  const observer = new PerformanceObserver((list) => read(list.getEntries()));
  observer.observe({ type: 'navigation', buffered: true });
  observer.observe({ type: 'resource', buffered: true });
  return {
    markLoaded() {
      loadedAt = performance.now();
      requestsSinceLoad = 0;
      onChange({ bytes, requestsSinceLoad });
    },
  };
}

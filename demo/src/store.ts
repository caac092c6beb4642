/** What the page remembers on this device: strings under short names. */
export interface Store {
  /** False when nothing outlives the page: storage is switched off, full or private. */
  readonly persistent: boolean;
  get(name: string): string | null;
  /** Returns false when the value could not be kept beyond this page. */
  set(name: string, value: string): boolean;
  /** Calls `listener` when another tab of this page changed the value. */
  onChangeElsewhere(name: string, listener: (value: string | null) => void): void;
}

const prefix = 'foreword.';

/** The browser's local storage; in memory only where that is refused. */
export function openStore(): Store {
  const storage = usableStorage();
  const memory = new Map<string, string>();
  return {
    persistent: storage !== null,
    get(name) {
      return memory.get(name) ?? storage?.getItem(prefix + name) ?? null;
    },
    set(name, value) {
      try {
        if (storage === null) throw new Error('no storage');
        storage.setItem(prefix + name, value);
        memory.delete(name);
        return true;
      } catch {
        memory.set(name, value);
        return false;
      }
    },
    onChangeElsewhere(name, listener) {
      addEventListener('storage', (event) => {
        if (event.storageArea === storage && event.key === prefix + name) listener(event.newValue);
      });
    },
  };
}

// Reading `localStorage` throws where cookies are blocked; writing throws in some private modes.
function usableStorage(): Storage | null {
  try {
    const probe = `${prefix}probe`;
    localStorage.setItem(probe, probe);
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
}

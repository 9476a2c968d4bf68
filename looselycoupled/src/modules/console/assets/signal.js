// One place to listen at, one to tell from.

export function signal() {
  const listeners = new Set();
  const tellOne = (listener, value) => {
    try {
      listener(value);
    } catch (error) {
      // What is wrong with one part of the page is told, and keeps no other part from hearing.
      reportError(error);
    }
  };
  return {
    on: (listener) => listeners.add(listener),
    tell: (value) => listeners.forEach((listener) => tellOne(listener, value)),
  };
}

/** A promise with its ends, as ES2024's Promise.withResolvers. */
export function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(reason: Error): void } {
    let resolve!: (value: T) => void;
    let reject!: (reason: Error) => void;
    const promise = new Promise<T>((onResolve, onReject) => {
        resolve = onResolve;
        reject = onReject;
    });
    return { promise, resolve, reject };
}

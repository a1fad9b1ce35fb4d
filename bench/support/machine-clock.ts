/** Milliseconds of the kernel's monotonic clock: the same in every process of this machine, so that they can be compared. */
export function machineNow(): number {
    return Number(process.hrtime.bigint()) / 1e6;
}

/** Processor time of this thread since its start, ms: what a busy machine lets it wait is not in it. */
export function threadMs(): number {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
}

export function delay(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

/** `promise`, or a rejection that names what did not come about within `ms`. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
    });
    try {
        return await Promise.race([promise, timeout]);
    } finally {
        clearTimeout(timer);
    }
}

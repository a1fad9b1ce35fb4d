import { UpsError } from '../../lib/core/errors';

/** Prints one JSON object per line to stdout, for tests and the bench. */
export function printLine(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** @throws UpsError config-invalid */
export function numberOption(property: string, value: string): number {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number))
        throw new UpsError('config-invalid', { property, value, expected: 'a number' });
    return number;
}

/** Runs a command line program: a failure prints one sentence to stderr and sets exit code 1. */
export function runCli(main: () => Promise<void>): void {
    main().catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
    });
}

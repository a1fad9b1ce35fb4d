import { hostPortSetting, type Host } from '../../lib/core/addresses/host';
import { UpsError } from '../../lib/core/errors';
import { failureSentence } from './sentences';

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

/** @throws UpsError config-invalid */
export function choiceOption<T extends string>(property: string, words: readonly T[], word: string): T {
    const found = words.find((candidate) => candidate === word);
    if (found === undefined)
        throw new UpsError('config-invalid', { property, value: word, expected: words.join(', ') });
    return found;
}

/**
 * A place to send to: HOST, HOST:PORT, or an IPv6 address in brackets with or without a port.
 * @throws UpsError config-missing (empty), config-invalid
 */
export function placeOption(property: string, text: string, defaultPort: number): Host {
    if (text.trim() === '') throw new UpsError('config-missing', { property });
    return hostPortSetting(property, text, defaultPort);
}

/** Runs a command line program: a failure prints one sentence to stderr and sets exit code 1. */
export function runCli(main: () => Promise<void>): void {
    main().catch((error: unknown) => {
        process.stderr.write(`${failureSentence(error)}\n`);
        process.exitCode = 1;
    });
}

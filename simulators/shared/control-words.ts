import { UpsError } from '../../lib/core/errors';

/** The words of one line of a simulator's stdin. Each method throws UpsError config-invalid for an invalid word. */
export class ControlWords {
    readonly verb: string;
    readonly args: readonly string[];

    constructor(private readonly line: string) {
        const [verb = '', ...args] = line.trim().split(/\s+/);
        this.verb = verb;
        this.args = args;
    }

    number(index: number): number {
        const word = this.args[index];
        const value = Number(word);
        if (word === undefined || !Number.isFinite(value)) throw this.notUnderstood();
        return value;
    }

    optionalNumber(index: number): number | undefined {
        return this.args[index] === undefined ? undefined : this.number(index);
    }

    oneOf<T extends string>(words: readonly T[], index: number): T {
        const found = words.find((candidate) => candidate === this.args.at(index));
        if (found === undefined) throw this.notUnderstood();
        return found;
    }

    /** The word `on` or `off`; by default the last one. */
    onOff(index = -1): boolean {
        return this.oneOf(['on', 'off'] as const, index) === 'on';
    }

    notUnderstood(): UpsError {
        return new UpsError('config-invalid', {
            property: 'line',
            value: this.line,
            expected: 'a command listed by --help',
        });
    }
}

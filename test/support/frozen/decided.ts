import { readFileSync } from 'node:fs';
import { frozenFolder } from './frozen-flows';

/**
 * A difference that was decided. `type`, `property` and `value` (JSON, or `-` where it is missing) may be `*`; in `was` and `now` a `*` stands for any
 * text. `property: 'facts'` is what palette and canvas show; `value` is then the path, e.g. `definition.icon`.
 */
interface Decision {
    /** The version against which it was decided. */
    version: string;
    type: string;
    property: string;
    value: string;
    was: string;
    now: string;
    /** Why it is safer so. */
    why: string;
}

interface Difference {
    type: string;
    property: string;
    value: string;
    was: string;
    now: string;
}

/** The differences that were decided, in test/fixtures/frozen/decided.json. */
export class Decided {
    private readonly decisions: Decision[];
    private readonly used = new Set<Decision>();

    constructor(version: string) {
        const all = JSON.parse(readFileSync(`${frozenFolder('.')}/decided.json`, 'utf8')) as Decision[];
        this.decisions = all.filter((decision) => decision.version === version);
        for (const decision of this.decisions) {
            const { why, was, now } = decision;
            if (!why || was === '*' || now === '*') throw new Error(`not decided: ${JSON.stringify(decision)}`);
        }
    }

    allows({ type, property, value, was, now }: Difference): boolean {
        const found = this.decisions.find(
            (each) =>
                named(each.type, type) &&
                named(each.property, property) &&
                named(each.value, value) &&
                matches(each.was, was) &&
                matches(each.now, now),
        );
        if (found) this.used.add(found);
        return found !== undefined;
    }

    unused(): Decision[] {
        return this.decisions.filter((decision) => !this.used.has(decision));
    }
}

const named = (pattern: string, name: string) => pattern === '*' || pattern === name;

function matches(pattern: string, text: string): boolean {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

import { splitList } from '../split-list';
import { invalid, missing, type FieldFault } from './fault';
import { ENV_SCHEMA, isBlank, type CommonOptions, type Field } from './field';
import type { Siblings, When } from './conditions';
import { holds } from './conditions';

export interface ListOptions extends CommonOptions {
    default?: string;
    /** At least one entry is required: always, or only under a condition. */
    required?: boolean | When;
    /** Greatest number of different entries. */
    most?: number;
    /** Checks one entry. */
    entry(entry: string): FieldFault | undefined;
    /** Splits the text into entries; default: at lines, commas, semicolons and blanks. */
    split?(text: string): string[];
    /** Each entry has its own row in the dialog. */
    rowEach?: boolean;
    lines?: number;
}

/** A list in one text; a flow may also hold an array of texts. */
export function list(options: ListOptions): Field<string[]> {
    const { default: otherwise = '', required = false, entry, most, split = splitList, rowEach, lines = 1 } = options;
    const always = required === true && otherwise === '';
    const isNothing = (raw: unknown) => {
        if (Array.isArray(raw)) return raw.every(isBlank);
        return raw === undefined || raw === null || (typeof raw === 'string' && split(raw).length === 0);
    };
    return {
        kind: 'list',
        options,
        initial: otherwise,
        empty: always ? { fault: missing('listEmpty') } : { value: split(otherwise) },
        isEmpty: typeof required === 'object' ? () => false : isNothing,
        widget: { entry, rowEach, lines, required: always },
        read(raw, sibling: Siblings) {
            if (isNothing(raw)) {
                const needed = typeof required === 'object' && holds(required, sibling);
                return needed ? { fault: missing('listEmpty') } : { value: split(otherwise) };
            }
            if (typeof raw !== 'string' && typeof raw !== 'number' && !isTexts(raw))
                return { fault: invalid('text', raw) };
            const entries = isTexts(raw) ? raw.map((one) => one.trim()).filter(Boolean) : split(String(raw));
            const fault = entries.map(entry).find((wrong) => wrong !== undefined);
            if (fault) return { fault };
            const count = new Set(entries).size;
            if (most !== undefined && count > most) return { fault: invalid('atMostEntries', count, { max: most }) };
            return { value: entries };
        },
        schema: () => ({
            anyOf: [
                { type: 'string', ...(always ? { pattern: '\\S' } : {}) },
                { type: 'number' },
                { type: 'array', items: { type: 'string' }, ...(always ? { contains: { pattern: '\\S' } } : {}) },
                ENV_SCHEMA,
            ],
            ...(otherwise === '' ? {} : { default: otherwise }),
        }),
    };
}

function isTexts(raw: unknown): raw is string[] {
    return Array.isArray(raw) && raw.every((one) => typeof one === 'string');
}

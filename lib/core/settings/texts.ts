import { parseLocal, parseTime } from '../schedules/local-time';
import { invalid, missing, type FieldFault } from './fault';
import { BLANK_SCHEMA, ENV_SCHEMA, isBlank, type CommonOptions, type Field } from './field';
import { holds, type Siblings, type When } from './conditions';

export interface TextOptions extends CommonOptions {
    default?: string;
    /** The text of a new node; a stored node without the setting has no text. */
    suggested?: string;
    /** The setting must be filled in: always, or only under a condition. */
    required?: boolean | When;
    /** Greatest length, characters. */
    most?: number;
    /** Blanks at its ends are kept. */
    verbatim?: boolean;
    /** Checks the text. */
    check?(text: string, sibling: Siblings): FieldFault | undefined;
    /** Lines of the field; 1 by default. */
    lines?: number;
    /** An empty text stays empty; only a missing one means the default. */
    mayBeEmptied?: boolean;
    /** The text is chosen from a list, which `<type>.editor.ts` fills. */
    picked?: boolean;
}

/** A text of one or several lines; '' if it is empty and has no default. */
export function text(options: TextOptions = {}): Field<string> {
    return textual('text', options);
}

/** A text with wildcards `{{event.text}}`; the dialog has a menu of them. */
export function template(options: TextOptions = {}): Field<string> {
    return textual('template', { icon: 'pencil', ...options });
}

/** A user name: a credential that the dialog may show again. */
export function user(options: TextOptions = {}): Field<string> {
    return text({ icon: 'user', credential: 'text', ...options });
}

/** A password, key or community: Node-RED stores it as a credential, and no message ever contains it. */
export function secret(options: TextOptions = {}): Field<string> {
    return text({ icon: 'key', credential: 'password', verbatim: true, ...options });
}

const DAY = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
const TIME = '([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?';

/** A day of the calendar, YYYY-MM-DD; '' if it is not known. */
export function day(options: CommonOptions = {}): Field<string> {
    const check = (typed: string) => (isDay(typed) ? undefined : invalid('day', typed));
    const field = textual('text', { width: 'medium', ...options, check });
    return { ...field, kind: 'day', schema: formed(field, DAY) };
}

/** A date and a time in local time, YYYY-MM-DDTHH:MM. */
export function moment(options: CommonOptions & Pick<TextOptions, 'required'> = {}): Field<string> {
    const check = (typed: string) => (parseLocal(typed) ? undefined : invalid('moment', typed));
    const field = textual('text', { ...options, check });
    return { ...field, kind: 'moment', schema: formed(field, `${DAY}[T ]${TIME}`) };
}

/** A time of the day, HH:MM. */
export function clockTime(options: CommonOptions & Pick<TextOptions, 'required'> = {}): Field<string> {
    const check = (typed: string) => (parseTime(typed) === undefined ? invalid('time', typed) : undefined);
    const field = textual('text', { ...options, check });
    return { ...field, kind: 'time', schema: formed(field, TIME) };
}

/** The pattern of a text of at most so many characters, without the blanks at its ends. */
function atMost(most: number): string {
    return `^\\s*[\\s\\S]{0,${most}}?\\s*$`;
}

/** The schema of a text with a form of its own, such as a day. */
function formed(field: Field<string>, pattern: string): Field<string>['schema'] {
    const blank = 'fault' in field.empty ? [] : [BLANK_SCHEMA];
    return () => ({ anyOf: [{ type: 'string', pattern: `^\\s*${pattern}\\s*$` }, ...blank, ENV_SCHEMA] });
}

function isDay(typed: string): boolean {
    if (!/^\d{4}-\d\d-\d\d$/.test(typed)) return false;
    const date = new Date(`${typed}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(typed);
}

function textual(kind: 'text' | 'template', options: TextOptions): Field<string> {
    const {
        default: otherwise = '',
        suggested,
        required = false,
        most,
        verbatim,
        check,
        lines = 1,
        picked,
        mayBeEmptied,
    } = options;
    const needed = required === true && otherwise === '';
    const sometimes = typeof required === 'object' ? required : undefined;
    const isSecret = options.credential === 'password';
    return {
        kind,
        options,
        initial: suggested ?? otherwise,
        empty: needed ? { fault: missing() } : { value: otherwise },
        widget: { lines, picked, required: needed },
        isEmpty: sometimes ? () => false : mayBeEmptied ? (raw) => raw === undefined || raw === null : undefined,
        read(raw, sibling) {
            if (sometimes && isBlank(raw)) {
                return holds(sometimes, sibling) ? { fault: missing() } : { value: otherwise };
            }
            if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') {
                return { fault: invalid('text', isSecret ? '' : raw) };
            }
            const typed = verbatim ? String(raw) : String(raw).trim();
            if (most !== undefined && typed.length > most) {
                return { fault: invalid('length', isSecret ? '' : typed, { max: most }) };
            }
            const fault = check?.(typed, sibling);
            return fault ? { fault: isSecret ? { ...fault, value: undefined } : fault } : { value: typed };
        },
        schema: () => ({
            anyOf: [
                {
                    type: 'string',
                    ...(most === undefined ? {} : verbatim ? { maxLength: most } : { pattern: atMost(most) }),
                    ...(needed ? { allOf: [{ pattern: '\\S' }] } : {}),
                },
                { type: ['number', 'boolean'] },
                ENV_SCHEMA,
            ],
            ...(otherwise === '' ? {} : { default: otherwise }),
        }),
    };
}

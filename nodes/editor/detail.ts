import { durationText } from '../../lib/core/duration';
import { reasonOf } from '../../lib/core/reasons';
import { ruleText } from './rules';
import { shorten } from '../../lib/core/settings';
import { t, text } from './texts';

// The details of a log entry, a failure or a test, besides its sentence, as lines for people. Details may come from any version, so each
// part is recognised by its own content.

const MOST_LINES = 60;

type Details = Readonly<Record<string, unknown>>;

/** The lines of a detail; none if there is nothing to show. */
export function detailLines(detail: unknown): string[] {
    if (!isObject(detail)) return linesOf(detail);
    // The row itself shows it.
    if (isObject(detail.flapping)) return [];
    const lines = linesOfKind(detail);
    if (lines.length <= MOST_LINES) return lines;
    return [...lines.slice(0, MOST_LINES), t('detail.more', { n: lines.length - MOST_LINES })];
}

function linesOfKind(detail: Details): string[] {
    if (typeof detail.rule === 'string' && 'ageSeconds' in detail) return evidenceLines(detail);
    if ('startedAt' in detail && 'endedAt' in detail) return jobLines(detail);
    const onlyTest = detail.test === true && Object.keys(detail).length === 1;
    return onlyTest ? [] : linesOf(detail);
}

/** The evidence of an edge. */
function evidenceLines({ rule, values, ageSeconds, presumed }: Details): string[] {
    const age = Number(ageSeconds);
    return [
        t('detail.rule', { rule: ruleText(String(rule)) }),
        ...Object.entries(isObject(values) ? values : {}).map(([name, value]) => `${name}: ${ruleText(String(value))}`),
        ...(age > 0 ? [t('sidebar.age', { time: durationText(age) })] : []),
        ...(presumed ? [t('detail.presumed')] : []),
    ];
}

function jobLines({ attempts, startedAt, endedAt, error, detail }: Details): string[] {
    const took = (Number(endedAt) - Number(startedAt)) / 1000;
    return [
        ...(error ? [String(error)] : []),
        ...(Number(attempts) > 1 ? [t('detail.attempts', { n: attempts })] : []),
        ...(took >= 1 ? [t('detail.took', { time: durationText(took) })] : []),
        ...linesOf(detail),
    ];
}

function linesOf(value: unknown, prefix = ''): string[] {
    if (value === undefined || value === null || value === '') return [];
    if (Array.isArray(value)) {
        if (value.every((each) => !isObject(each))) return value.length ? [`${prefix}${value.join(', ')}`] : [];
        return value.flatMap((each) => (isHost(each) ? [hostLine(each)] : [linesOf(each).join(', ')]));
    }
    if (!isObject(value)) return [`${prefix}${String(value)}`];
    if (isHost(value)) return [hostLine(value)];
    return Object.entries(value).flatMap(([name, each]) =>
        isObject(each) && !Array.isArray(each) ? linesOf(each, `${name} `) : linesOf(each, `${prefix}${name}: `),
    );
}

/** One host: its outcome, and the reason. */
function hostLine(value: Details): string {
    const { ok, error, attempts, ms, exitCode, signal, answer, stderr, state, outcome } = value;
    const parts = [ok ? t('detail.ok') : t('detail.failed')];
    if (error) parts.push(errorWords(error));
    else if (outcome ?? state) parts.push(String(outcome ?? state));
    if (exitCode !== undefined) parts.push(t('detail.exitCode', { code: exitCode }));
    if (signal) parts.push(String(signal));
    if (Number(attempts) > 1) parts.push(t('detail.attempts', { n: attempts }));
    if (Number(ms) > 0) parts.push(durationText(Math.max(1, Number(ms) / 1000)));
    if (answer || stderr) parts.push(`"${shorten(answer || stderr, 120)}"`);
    return `${nameOf(value)}: ${parts.join(', ')}`;
}

/** Outcomes of hosts that are not error codes of an operating system. */
const OUTCOMES: Readonly<Record<string, string>> = { timeout: 'reasons.timeout' };

function errorWords(error: unknown): string {
    if (error === 'unconfirmed') return t('detail.unconfirmed');
    const known = typeof error === 'string' ? OUTCOMES[error] : undefined;
    const reason = reasonOf(error);
    if (known ?? reason) return text('ups-unit', known ?? `reasons.${reason}`);
    if (!isObject(error)) return String(error);
    return String(error.code ?? error.message ?? '');
}

function isObject(value: unknown): value is Details {
    return typeof value === 'object' && value !== null;
}

function isHost(value: unknown): value is Details {
    return isObject(value) && typeof value.ok === 'boolean' && Boolean(nameOf(value));
}

function nameOf({ host, port, target, name, to, address }: Details): string {
    if (host !== undefined && port !== undefined) return `${String(host)}:${String(port)}`;
    const own = host ?? target ?? name ?? to ?? address;
    return own === undefined || own === null ? '' : String(own);
}

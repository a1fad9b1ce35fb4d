import type { RawItem } from '../../../lib/core/driver';
import type { MibObject } from '../../../lib/protocols/mib/objects';
import { suggestItem } from '../../../lib/protocols/mib/suggest';
import { inOurLanguage, t } from '../texts';
import type { Candidate } from './find-list';
import type { LooseItem } from './loose-map';

/** So many objects are asked for in one question. */
const AT_ONCE = 250;
/** Rows of one column: a table of hundreds is no device of this kind. */
const MOST_ROWS = 64;

type Raw = number | string | null | undefined;
type AskRaw = (items: readonly LooseItem[]) => Promise<{ raw?: (RawItem | null)[]; text?: string }>;

/** The objects of MIB files that belong together, or why one of them is refused. */
export async function readMibFiles(files: readonly File[]): Promise<{ objects?: MibObject[]; text?: string }> {
    try {
        const answer = (await $.ajax({
            url: `ridethrough/mib?sizes=${files.map(({ size }) => size).join(',')}`,
            type: 'POST',
            contentType: 'application/octet-stream',
            headers: inOurLanguage(),
            processData: false,
            data: new Blob([...files]) as never,
        })) as { objects?: MibObject[]; text?: string; file?: number };
        const { name } = (files.length > 1 && files[answer.file ?? -1]) || {};
        return name === undefined ? answer : { text: `${name}: ${answer.text}` };
    } catch (error) {
        const { status = 0 } = error as { status?: number };
        const known = { 401: 'noRights', 403: 'noRights' }[status];
        return { text: t(`try.${known ?? 'failed'}`, { status }) };
    }
}

/** The objects with what the device tells now: a scalar each, and each row of a column. */
export async function mibCandidates(
    objects: readonly MibObject[],
    ask: AskRaw,
): Promise<{ candidates: Candidate[]; failure?: string }> {
    const found: (RawItem | null)[] = [];
    let failure: string | undefined;
    for (let from = 0; from < objects.length && failure === undefined; from += AT_ONCE) {
        const part = objects.slice(from, from + AT_ONCE);
        const { raw, text } = await ask(part.map((object, index) => probeItem(object, from + index)));
        if (raw) found.push(...raw);
        else failure = text ?? '';
    }
    const candidates = objects.flatMap((object, index) => candidatesOf(object, found[index] ?? null));
    return { candidates, ...(failure === undefined ? {} : { failure }) };
}

function probeItem({ oid, table }: MibObject, index: number): LooseItem {
    const at = table ? { column: oid, row: '*' } : { oid: `${oid}.0` };
    return { id: String(index), at, kind: 'text', to: `channel:${index}${table ? ' *' : ''}` };
}

function candidatesOf(object: MibObject, found: RawItem | null): Candidate[] {
    if (!object.table) return [candidate(object, found && 'raw' in found ? found.raw : undefined)];
    const rows = found && 'rows' in found ? found.rows.slice(0, MOST_ROWS) : [];
    return rows.map(({ row, raw }) => candidate(object, raw, row));
}

function candidate(object: MibObject, raw: Raw, row?: string): Candidate {
    const { name, description } = object;
    const live = typeof raw === 'string' || typeof raw === 'number' ? raw : undefined;
    const item = suggestItem(object, { row, live }) as LooseItem | undefined;
    return { name: row === undefined ? name : `${name}.${row}`, hint: hintOf(object), raw, item, description };
}

/** What the file states: unit, states, whether it can be written. */
function hintOf({ type, units, access }: MibObject): string {
    const states =
        type.kind === 'state' ? Object.entries(type.states ?? {}).map(([raw, name]) => `${raw} ${name}`) : [];
    const parts = [units, states.slice(0, 4).join(', '), access === 'read-write' ? t('map.find.writable') : undefined];
    return parts.filter(Boolean).join(' · ');
}

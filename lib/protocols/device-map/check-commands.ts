import { quoted, shown } from '../../core/quote';
import { checkFrameWrites } from './check-frames';
import { checkPlace } from './check-place';
import { checkValue } from './check-write';
import { COMMAND_KEYS } from './device-map';
import type { Faults } from './map-fault';
import { isNumber, isPlain, isRaw } from './map-fault';
import { unwritable } from './raw-to-write';

const KEYS = new Set(['does', 'outlets', 'set', 'send', 'shows']);
const WRITE_KEYS = new Set(['at', 'type', 'value']);
const TYPES = ['integer', 'gauge', 'ticks', 'text', 'oid'];
const OF = ['seconds', 'restoreSeconds', 'minutes'];

/** Checks what a map says of commands. */
export function checkCommands(commands: unknown, items: unknown, faults: Faults): void {
    if (!Array.isArray(commands)) return faults.add('commands');
    const seen = new Set<string>();
    for (const [index, command] of (commands as unknown[]).entries()) {
        const does = isPlain(command) && typeof command.does === 'string' ? command.does : '';
        const its = faults.of(does === '' ? `#${index + 1}` : quoted(does));
        if (!isPlain(command)) {
            its.add('noItem');
            continue;
        }
        its.unknownKeys(command, KEYS);
        if (!(COMMAND_KEYS as readonly string[]).includes(does)) its.add('does', { value: shown(command.does) });
        const outlets = isTexts(command.outlets) ? JSON.stringify(command.outlets) : '*';
        if (does !== '' && seen.has(`${does} ${outlets}`)) its.add('twice', { id: quoted(does) });
        seen.add(`${does} ${outlets}`);
        const { set, send } = command;
        if (send !== undefined) checkFrameWrites(send, its);
        if (send === undefined || set !== undefined) {
            if (!Array.isArray(set) || (send === undefined && set.length === 0)) its.add('set');
            else for (const write of set as unknown[]) checkWrite(write, its);
        }
        if (command.shows !== undefined) checkShows(command.shows, its);
        if (command.outlets !== undefined) checkOutlets(command.outlets, items, its);
    }
}

function checkWrite(write: unknown, faults: Faults): void {
    if (!isPlain(write)) return faults.add('set');
    faults.unknownKeys(write, WRITE_KEYS);
    checkPlace(write.at, faults);
    const why = unwritable(write.at);
    if (why) faults.add(why.rule === 'writePart' ? 'setPart' : 'notWritable');
    const { type, value } = write;
    if (type !== undefined && !TYPES.includes(type as string))
        faults.add('oneOf', { key: 'type', values: { list: TYPES }, value: shown(type) });
    if (isRaw(value)) {
        if (!why) checkValue('value', value, write.at, type ?? 'integer', faults);
        return;
    }
    const numbers = isPlain(value) ? [value.scale, value.min, value.max] : [];
    const isOf = isPlain(value) && OF.includes(value.of as string) && value.scale !== 0;
    if (!isOf || numbers.some((each) => each !== undefined && !isNumber(each))) faults.add('writeValue');
}

function checkShows(shows: unknown, faults: Faults): void {
    const isList =
        isPlain(shows) && Array.isArray(shows.values) && shows.values.length > 0 && shows.values.every(isRaw);
    if (!isPlain(shows) || !isList) return faults.add('shows');
    checkPlace(shows.at, faults);
}

function checkOutlets(outlets: unknown, items: unknown, faults: Faults): void {
    if (!isTexts(outlets)) return faults.add('outlets');
    const known = Array.isArray(items)
        ? items.flatMap((item) => (isPlain(item) && typeof item.to === 'string' ? [item.to] : []))
        : [];
    const strange = outlets.find((id) => !known.includes(`outlet:${id}`));
    if (strange !== undefined && !known.some((to) => to.startsWith('outlet:') && to.includes('*')))
        faults.add('noOutlet', { value: quoted(strange) });
}

function isTexts(value: unknown): value is string[] {
    return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

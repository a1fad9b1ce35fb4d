import type { CommandResult, UpsCommand } from '../../core/driver';
import { commandName } from '../../core/driver';
import { asUpsError, reasonFor, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { ColumnPlace, CommandKey, DeviceMap, MapCommand, MapItem, MapWrite } from './device-map';
import { partOf, rawNumberOf, type RawValue } from './raw-value';
import { parseTarget } from './targets';

type WritePlace = MapWrite['at'];

/** How a device is written to, and asked for one value. */
export interface MapLink {
    /** @throws UpsError device-silent, device-refused, access-denied, not-supported */
    write(at: WritePlace, value: number | string, type: MapWrite['type']): Promise<void>;
    /** Asks the device now. @throws UpsError device-silent, device-refused, access-denied */
    ask(at: WritePlace): Promise<RawValue>;
}

/** The commands that a map has. One that it does not have is not supported, and nothing is sent. */
export class MapCommands {
    constructor(
        private readonly map: DeviceMap,
        private readonly host: string,
        private readonly link: MapLink,
    ) {}

    /** Whether the map has this command; of an outlet: for this outlet. */
    supports(command: UpsCommand): boolean {
        return this.find(command) !== undefined;
    }

    /** @throws UpsError not-supported, out-of-range (nothing was sent), device-silent, device-refused, access-denied */
    async execute(command: UpsCommand): Promise<CommandResult> {
        const found = this.find(command);
        if (!found) throw new UpsError('not-supported', { device: this.host, command: commandName(command) });
        const writes = found.set.map(({ at, type, value }) => ({ at, type, value: valueFor(value, command) }));
        for (const { at, type, value } of writes) await this.link.write(at, value, type);
        return found.shows ? this.confirm(found.shows) : { confirmed: false, detail: said('map.unchecked') };
    }

    private find(command: UpsCommand): MapCommand | undefined {
        const key = keyOf(command);
        if (key === undefined) return undefined;
        const { items } = this.map;
        // One that writes nothing, such as a frame that this device does not take, would only seem to be done.
        const commands = (this.map.commands ?? []).filter(({ set }) => set.length > 0);
        if (command.type !== 'outlet') return commands.find(({ does }) => does === key);
        const item = items.find((each) => isOutlet(each, command.outlet));
        if (!item) return undefined;
        const own = commands.find(
            ({ does, outlets }) => does === key && (outlets === undefined || outlets.includes(command.outlet)),
        );
        return ofRow(own ?? switching(item, command.action), instanceOf(item, command.outlet));
    }

    /** The device has accepted the command already: a failed look makes it unconfirmed, not failed. */
    private async confirm({ at, values }: NonNullable<MapCommand['shows']>): Promise<CommandResult> {
        try {
            const raw = partOf(await this.link.ask(at), at);
            const shows = values.some((each) => each === raw || rawNumberOf(raw) === each || String(raw) === each);
            return shows ? { confirmed: true } : { confirmed: false, detail: said('snmp.otherwise') };
        } catch (error) {
            const why = reasonFor(asUpsError(error, 'protocol', { host: this.host }));
            return { confirmed: false, detail: said('snmp.unread', { why }) };
        }
    }
}

function keyOf(command: UpsCommand): CommandKey | undefined {
    switch (command.type) {
        case 'shutdown':
            return `shutdown.${command.scope}${command.restoreSeconds === undefined ? '' : '.restore'}`;
        case 'auto-restart':
            return `auto-restart.${command.on ? 'on' : 'off'}`;
        case 'test':
            return `test.${command.test}`;
        case 'buzzer':
            return `buzzer.${command.state}`;
        case 'outlet':
            return `outlet.${command.action}`;
        case 'abort-shutdown':
        case 'startup':
        case 'reboot':
        case 'latch-reset':
            return command.type;
        case 'set':
            return undefined;
    }
}

function isOutlet({ to }: MapItem, id: string): boolean {
    const target = parseTarget(to);
    if (target?.type !== 'outlet') return false;
    if (!target.name.includes('*')) return target.name === id;
    const [before, behind] = target.name.split('*') as [string, string];
    return id.startsWith(before) && id.endsWith(behind) && id.length > before.length + behind.length;
}

/** An outlet whose item has raw values to write is switched by them, and read back. */
function switching({ at, write, states = {} }: MapItem, action: 'on' | 'off' | 'cycle'): MapCommand | undefined {
    if (!write || action === 'cycle' || !isWritable(at)) return undefined;
    const values = Object.entries(states).flatMap(([raw, meaning]) => (meaning === action ? [raw] : []));
    return { does: `outlet.${action}`, set: [{ at, value: write[action] }], shows: { at, values } };
}

function isWritable(at: MapItem['at']): at is WritePlace {
    return !('label' in at) && !('offset' in at);
}

/** The row of an outlet: what stands for the `*` in the target of its item. */
function instanceOf({ to }: MapItem, outlet: string): string {
    const [before, behind] = to.slice('outlet:'.length).split('*') as [string, string?];
    return behind === undefined ? outlet : outlet.slice(before.length, outlet.length - behind.length);
}

/** A command for all rows of a column, for one of them. */
function ofRow(command: MapCommand | undefined, row: string): MapCommand | undefined {
    if (!command) return undefined;
    const here = <P extends WritePlace>(at: P): P =>
        'column' in at && at.row === '*' ? ({ ...(at as ColumnPlace), row } as P) : at;
    return {
        ...command,
        set: command.set.map((write) => ({ ...write, at: here(write.at) })),
        ...(command.shows ? { shows: { ...command.shows, at: here(command.shows.at) } } : {}),
    };
}

/** @throws UpsError out-of-range */
function valueFor(value: MapWrite['value'], command: UpsCommand): number | string {
    if (typeof value !== 'object') return value;
    const { of, scale = 1, min = 0, max = 2 ** 31 - 1 } = value;
    const given = (command as Partial<Record<typeof of, number>>)[of];
    if (given === undefined || !Number.isInteger(given) || given < min || given > max)
        throw new UpsError('out-of-range', { property: of, value: given ?? '', min, max });
    return Math.round(given * scale);
}

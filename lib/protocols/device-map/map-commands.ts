import type { CommandResult, UpsCommand } from '../../core/driver';
import { commandName } from '../../core/driver';
import { asUpsError, reasonFor, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { ColumnPlace, CommandKey, DeviceMap, MapCommand, MapItem, MapWrite, Place } from './device-map';
import { holds, ofRow as rowOf } from './condition';
import { itemValue } from './item-value';
import { unwritable } from './raw-to-write';
import { meaningOf, partOf, type RawValue } from './raw-value';
import { parseTarget } from './targets';

type WritePlace = MapWrite['at'];

/** The type of an SNMP object; `asRead`: that of the value that the device tells there. */
export type WriteType = NonNullable<MapWrite['type']> | 'asRead';

/** A command as it is sent. */
interface Order extends Omit<MapCommand, 'set'> {
    set: (Omit<MapWrite, 'type'> & { type?: WriteType })[];
}

const INSTANCE = /^\d+(\.\d+)*$/;

/** How a device is written to, and asked for one value. */
export interface MapLink {
    /** @throws UpsError device-silent, device-refused, access-denied, not-supported, config-invalid */
    write(at: WritePlace, value: number | string, type: WriteType | undefined): Promise<void>;
    /** Asks the device now. @throws UpsError device-silent, device-refused, access-denied */
    ask(at: WritePlace): Promise<RawValue>;
    /** The raw value of a place in the last reading. Absent: nothing is read. */
    read?(at: Place): RawValue;
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

    /** @throws UpsError not-supported, out-of-range, config-invalid (nothing was sent), device-silent, device-refused, access-denied */
    async execute(command: UpsCommand): Promise<CommandResult> {
        const found = this.find(command);
        if (!found) throw new UpsError('not-supported', { device: this.host, command: commandName(command) });
        const writes = found.set.map(({ at, type, value }) => ({ at, type, value: valueFor(value, command) }));
        for (const { at, type, value } of writes) await this.link.write(at, value, type);
        return found.shows ? this.confirm(found.shows) : { confirmed: false, detail: said('map.unchecked') };
    }

    private find(command: UpsCommand): Order | undefined {
        const found = this.inMap(command);
        return found?.set.every(({ at }) => isWhole(at)) ? found : undefined;
    }

    private inMap(command: UpsCommand): Order | undefined {
        const key = keyOf(command);
        if (key === undefined) return undefined;
        const { items } = this.map;
        // One that writes nothing, such as a frame that this device does not take, would only seem to be done.
        const commands = (this.map.commands ?? []).filter(({ set }) => set.length > 0);
        if (command.type !== 'outlet') return commands.find(({ does }) => does === key);
        const its = items.filter((each) => isOutlet(each, command.outlet));
        const [first] = its;
        if (!first) return undefined;
        const own = commands.find(
            ({ does, outlets }) => does === key && (outlets === undefined || outlets.includes(command.outlet)),
        );
        if (own) return ofRow(own, instanceOf(first, command.outlet));
        const item = this.told(its, command.outlet);
        return item && ofRow(switching(item, command.action), instanceOf(item, command.outlet));
    }

    /** Of several items for one outlet that which tells its state now: only there it is switched. */
    private told(items: readonly MapItem[], outlet: string): MapItem | undefined {
        const read = (at: Place) => this.link.read?.(at);
        const counting = items.filter((item) => holds(item.when, read, instanceOf(item, outlet)));
        const isKnown = (item: MapItem) =>
            itemValue(item, read(rowOf(item.at, instanceOf(item, outlet))), parseTarget(item.to)!) !== undefined;
        return counting.find(isKnown) ?? counting[0];
    }

    /** The device has accepted the command already: a failed look makes it unconfirmed, not failed. */
    private async confirm({ at, values }: NonNullable<MapCommand['shows']>): Promise<CommandResult> {
        try {
            const raw = partOf(await this.link.ask(at), at);
            // Compared as the states of an item are.
            const shows = meaningOf(raw, Object.fromEntries(values.map((each) => [String(each), 'shown'])));
            return shows !== undefined ? { confirmed: true } : { confirmed: false, detail: said('snmp.otherwise') };
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
function switching({ at, write, states = {} }: MapItem, action: 'on' | 'off' | 'cycle'): Order | undefined {
    if (!write || action === 'cycle' || !isWritable(at)) return undefined;
    const values = Object.entries(states).flatMap(([raw, meaning]) => (meaning === action ? [raw] : []));
    return {
        does: `outlet.${action}`,
        set: [{ at, value: write[action], type: write.type ?? 'asRead' }],
        shows: { at, values },
    };
}

function isWritable(at: MapItem['at']): at is WritePlace {
    return unwritable(at) === undefined;
}

/** Whether what is written there is one object, coil or register, and nothing else. */
function isWhole(at: WritePlace): boolean {
    return isWritable(at) && (!('column' in at) || INSTANCE.test(at.row));
}

/** The row of an outlet: what stands for the `*` in the target of its item. */
function instanceOf({ to }: MapItem, outlet: string): string {
    const [before, behind] = to.slice('outlet:'.length).split('*') as [string, string?];
    return behind === undefined ? outlet : outlet.slice(before.length, outlet.length - behind.length);
}

/** A command for all rows of a column, for one of them. */
function ofRow(command: Order | undefined, row: string): Order | undefined {
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

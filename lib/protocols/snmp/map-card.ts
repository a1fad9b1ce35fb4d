import type { ColumnPlace, DeviceMap, Place, RegisterPlace } from '../device-map/device-map';
import type { RawReading, RawRow } from '../device-map/decode';
import type { RawValue } from '../device-map/raw-value';
import { AlarmWalk } from './alarm-walk';
import { objectsOf, oidOf, type MapObjects } from './map-objects';
import { isBehind, ObjectReader, type AgentLimits } from './object-reader';
import { SYS_OBJECT_ID, SYS_UP_TIME } from './oids';
import { slices } from './slices';
import { SlowRound } from './slow-round';
import type { SnmpTransport, SnmpValue } from './transport';

/** Rows of a table that are read; a rack PDU has 48 outlets. */
const MOST_ROWS = 64;
/** Rows of a list, such as active alarms. */
const MOST_ENTRIES = 64;
/** Objects, and columns, in one step of the slow round. */
const STEP = 12;
const COLUMNS_STEP = 6;
/** In the first round. More failed steps mean that the card is silent. */
const MOST_FAILED_STEPS = 4;
/** Slow rounds for which a row that disappeared is still requested. */
const ROUNDS_WITHOUT_ROW = 5;
/** Slow rounds in which objects that the card lacked are asked again each time; later each tenth. */
const FIRST_ROUNDS = 12;
const FORGET_ROUNDS = 10;

/**
 * The last values of one card that speaks by a map, and the order of its requests: what decides on events at every poll, all else once a minute
 * between polls, as for RFC 1628 (`CardReader`).
 */
export class MapCard implements RawReading {
    readonly values = new Map<string, SnmpValue>();
    decisiveAt?: number;
    /** The lists of this poll were read, or there are none. */
    listsRead = false;

    private readonly reader: ObjectReader;
    private readonly walk: AlarmWalk;
    private readonly slow: SlowRound;
    private readonly objects: MapObjects;
    /** Cells of fast columns, with the slow round in which each was last found. */
    private readonly cells = new Map<string, number>();
    /** Columns that were read at least once. */
    private readonly columnsRead = new Set<string>();
    private discovered = false;
    private rounds = 0;

    /**
     * @param now epoch ms
     * @param onDecisive called as soon as the objects that decide on events are read
     */
    constructor(
        private readonly transport: SnmpTransport,
        map: DeviceMap,
        private readonly now: () => number,
        private readonly onDecisive: () => void,
    ) {
        this.objects = objectsOf(map);
        this.reader = new ObjectReader(transport);
        this.walk = new AlarmWalk(transport, this.reader);
        const { slow, fastColumns, slowColumns } = this.objects;
        this.slow = new SlowRound([
            () => this.readIdentity(),
            ...slices(slow, STEP).map((oids) => () => this.reader.read(oids, this.values, 'texts')),
            ...slices(fastColumns, COLUMNS_STEP).map((columns) => () => this.readColumns(columns, true)),
            ...slices(slowColumns, COLUMNS_STEP).map((columns) => () => this.readColumns(columns, false)),
        ]);
    }

    get known(): boolean {
        return this.discovered;
    }

    get needsRetrySoon(): boolean {
        return this.slow.needsRetrySoon;
    }

    get limits(): AgentLimits | undefined {
        return this.reader.limits;
    }

    /** One of the objects of each poll has a value: what was read a minute ago says nothing of a card that lacks them now. */
    get isAlive(): boolean {
        const { fast, fastColumns } = this.objects;
        if (fast.length === 0 && fastColumns.length === 0) return true;
        return [...fast, ...this.cells.keys()].some((oid) => this.values.has(oid));
    }

    /** Reads the card whole. @param limits what a former process has learned of the agent @throws SnmpError */
    async discover(limits: AgentLimits | undefined): Promise<void> {
        this.values.clear();
        this.cells.clear();
        this.columnsRead.clear();
        this.reader.forget(limits);
        this.walk.forget();
        this.rounds = 0;
        await this.reader.read([SYS_OBJECT_ID], this.values);
        await this.readDecisive();
        if (!this.objects.fast.some((oid) => this.values.has(oid)) && this.objects.fast.length > 0) return;
        await this.slow.whole(MOST_FAILED_STEPS);
        // Rows of tables decide as well.
        await this.readFast();
        this.discovered = true;
    }

    forgetAll(): void {
        this.discovered = false;
    }

    forgetMissing(): void {
        this.reader.forgetMissing();
        this.rounds = 0;
        this.slow.begin(true);
    }

    /** @throws SnmpError when nothing was read */
    async readFast(): Promise<void> {
        if (await this.readDecisive()) await this.readLists();
    }

    refreshStep(): Promise<boolean> {
        return this.slow.step();
    }

    at(place: Place): RawValue {
        return 'oid' in place || 'column' in place ? this.values.get(oidOf(place)) : undefined;
    }

    rows(place: ColumnPlace | RegisterPlace): readonly RawRow[] | undefined {
        if (!('column' in place)) return undefined;
        const { column } = place;
        if (!this.columnsRead.has(column)) return undefined;
        const prefix = `${column}.`;
        return [...this.values]
            .filter(([oid]) => oid.startsWith(prefix))
            .sort(([a], [b]) => (a === b ? 0 : isBehind(a, b) ? 1 : -1))
            .map(([oid, value]) => ({ row: oid.slice(prefix.length), value }));
    }

    /** Whether the card answered all requests. An object without an answer is unknown in this reading. @throws SnmpError */
    private async readDecisive(): Promise<boolean> {
        this.decisiveAt = undefined;
        this.listsRead = this.objects.lists.length === 0;
        const oids = [...this.objects.fast, ...this.cells.keys(), SYS_UP_TIME];
        const isComplete = await this.reader.readOrForget(oids, this.values);
        this.decisiveAt = this.now();
        this.onDecisive();
        return isComplete;
    }

    /** A list that could not be read is unknown in this reading. */
    private async readLists(): Promise<void> {
        for (const column of this.objects.lists) {
            this.columnsRead.delete(column);
            const rows = await this.walk.readUncounted(column, MOST_ENTRIES, 1).catch(() => undefined);
            this.forgetCells([column]);
            if (!rows) continue;
            for (const { oid, value } of rows) this.values.set(oid, value);
            this.columnsRead.add(column);
        }
        this.listsRead = this.objects.lists.every((column) => this.columnsRead.has(column));
    }

    private async readIdentity(): Promise<void> {
        const before = this.values.get(SYS_OBJECT_ID);
        this.rounds++;
        this.reader.roundPassed();
        const often = this.transport.version !== '1' || this.rounds <= FIRST_ROUNDS;
        if (this.rounds > 1 && (often || this.rounds % FORGET_ROUNDS === 0)) this.reader.forgetMissing();
        await this.reader.read([SYS_OBJECT_ID], this.values, 'texts');
        // Another card at this address: the next poll discovers it.
        if (this.discovered && before !== undefined && this.values.get(SYS_OBJECT_ID) !== before)
            this.discovered = false;
    }

    private async readColumns(columns: readonly string[], fast: boolean): Promise<void> {
        const cells = await this.reader.readColumns(columns, MOST_ROWS);
        this.forgetCells(columns);
        for (const { oid, value } of cells) this.values.set(oid, value);
        for (const column of columns) this.columnsRead.add(column);
        if (!fast) return;
        for (const { oid, value } of cells) if (value !== null) this.cells.set(oid, this.rounds);
        // A card that restarts has no rows for a while: polls ask for the old ones until it had time to restore them.
        for (const [oid, round] of this.cells)
            if (this.isCellOf(oid, columns) && this.rounds - round > ROUNDS_WITHOUT_ROW) this.cells.delete(oid);
    }

    private forgetCells(columns: readonly string[]): void {
        for (const oid of [...this.values.keys()]) if (this.isCellOf(oid, columns)) this.values.delete(oid);
    }

    private isCellOf(oid: string, columns: readonly string[]): boolean {
        return columns.some((column) => oid.startsWith(`${column}.`));
    }
}

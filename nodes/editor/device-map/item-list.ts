import type { RawItem } from '../../../lib/core/driver';
import type { Places } from '../../../lib/protocols/device-map/places';
import { itemFields } from './item-fields';
import { ItemRow } from './item-row';
import { duplicate, faultsOfItems, newItem, type LooseItem } from './loose-map';

interface Sortable {
    sortable(options: object): void;
}

/** The items of a map as a list: added, opened, moved, doubled, removed. */
export class ItemList {
    readonly element = $('<ol class="ridethrough-map-list"></ol>');
    private rows: ItemRow[] = [];
    private readonly found = new WeakMap<LooseItem, RawItem>();

    /** @param places those of now: another setting may change them @param changed called after each change that a person makes */
    constructor(
        private readonly places: () => Places,
        private readonly changed: () => void,
    ) {}

    /** How many items a person has to mend. */
    get faulty(): number {
        return this.rows.filter(({ isFaulty }) => isFaulty).length;
    }

    get items(): LooseItem[] {
        return this.rows.map(({ item }) => item);
    }

    /** Shows these in place of the present ones. */
    fill(items: readonly LooseItem[]): void {
        this.rows = items.map((item) => this.makeRow(item));
        this.element.empty().append(this.rows.map(({ element }) => element));
        (this.element as unknown as Sortable).sortable({
            handle: '.ridethrough-map-grip',
            axis: 'y',
            stop: () => this.takeOrder(),
        });
        this.check();
    }

    /** Adds an item at the end, and opens it. */
    add(): void {
        this.insert(newItem(this.places(), this.rows.at(-1)?.item), this.rows.length);
    }

    /** Adds items at the end, closed, under names that no others have. */
    take(items: readonly { item: LooseItem; found: RawItem | null }[]): void {
        const taken = new Set(this.items.map(({ id }) => id));
        for (const { item: given, found } of items) {
            const item = taken.has(given.id) ? duplicate(given, this.items) : structuredClone(given);
            taken.add(item.id);
            if (found) this.found.set(item, found);
            const row = this.makeRow(item);
            row.element.appendTo(this.element);
            this.rows.push(row);
        }
        this.check();
        this.changed();
    }

    /** What was read for these items, in their order. */
    read(items: readonly LooseItem[], found: readonly (RawItem | null)[]): void {
        for (const [index, item] of items.entries()) {
            const raw = found[index];
            if (raw) this.found.set(item, raw);
            else this.found.delete(item);
        }
        this.check();
    }

    /** Shows the items that have every word of `typed`. */
    filter(typed: string): void {
        const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
        for (const row of this.rows) row.element[0]!.hidden = !row.has(words);
    }

    private makeRow(item: LooseItem): ItemRow {
        return new ItemRow(item, () => itemFields(this.places()), {
            opens: (row) => {
                for (const other of this.rows) if (other !== row) other.toggle(false);
            },
            changed: (row, isPlace) => {
                if (isPlace) this.found.delete(row.item);
                this.edited(row);
            },
            move: (row, by) => this.move(row, by),
            duplicate: (row) => this.insert(duplicate(row.item, this.items), this.rows.indexOf(row) + 1),
            remove: (row) => this.remove(row),
        });
    }

    private insert(item: LooseItem, at: number): void {
        const row = this.makeRow(item);
        const before = this.rows[at - 1];
        if (before) row.element.insertAfter(before.element);
        else row.element.prependTo(this.element);
        this.rows.splice(at, 0, row);
        row.begin();
        this.edited(row);
        row.focus();
    }

    private move(row: ItemRow, by: -1 | 1): void {
        const from = this.rows.indexOf(row);
        const other = this.rows[from + by];
        if (!other) return;
        const focused = document.activeElement as HTMLElement | null;
        if (by < 0) row.element.insertBefore(other.element);
        else row.element.insertAfter(other.element);
        this.rows.splice(from, 1);
        this.rows.splice(from + by, 0, row);
        this.edited();
        focused?.focus({ preventScroll: true });
        row.element[0]?.scrollIntoView({ block: 'nearest' });
    }

    private remove(row: ItemRow): void {
        const at = this.rows.indexOf(row);
        row.element.remove();
        this.rows.splice(at, 1);
        this.edited();
        (this.rows[at] ?? this.rows.at(-1))?.focus();
    }

    /** After a row was dragged. */
    private takeOrder(): void {
        this.rows = this.element
            .children()
            .toArray()
            .map((element) => $(element).data('row') as ItemRow);
        this.edited();
    }

    private edited(row?: ItemRow): void {
        this.check((other) => other === row);
        this.changed();
    }

    /** Checks all items, and shows those anew that are `changed`, or whose faults are others now. */
    private check(changed: (row: ItemRow) => boolean = () => true): void {
        const faults = faultsOfItems(this.items);
        for (const [index, row] of this.rows.entries()) {
            const now = faults[index] ?? [];
            if (changed(row) || row.hasOther(now)) row.show(this.found.get(row.item) ?? null, now);
        }
    }
}

import { shown } from '../../../lib/core/quote';
import type { RawItem } from '../../../lib/core/driver';
import { mapFaultText } from '../../../lib/protocols/device-map/check-map';
import type { MapFault } from '../../../lib/protocols/device-map/map-fault';
import { sentenceText } from '../sentence-text';
import { t } from '../texts';
import type { ItemField } from './item-fields';
import { itemForm } from './item-form';
import { placeText, type LooseItem } from './loose-map';
import { rawText, valueText } from './raw-texts';

/** What a row does to the list that it stands in. */
export interface RowActions {
    /** Its form opens: that of another row closes. */
    opens(row: ItemRow): void;
    changed(row: ItemRow, isPlace: boolean): void;
    move(row: ItemRow, by: -1 | 1): void;
    duplicate(row: ItemRow): void;
    remove(row: ItemRow): void;
}

/** One item in the list: a line that tells it, and below it, once it is opened, its form. */
export class ItemRow {
    readonly element = $('<li class="ridethrough-map-item"></li>');
    private readonly head = $('<div class="ridethrough-map-line"></div>');
    private readonly cells: Record<'name' | 'place' | 'target' | 'raw' | 'value', JQuery>;
    private readonly error = $('<div class="ridethrough-row-error" role="alert"></div>').hide();
    private form: JQuery | undefined;
    private found: RawItem | null = null;
    private faults: readonly MapFault[] = [];
    /** Nobody has typed anything yet: what is missing is no fault. */
    private isFresh = false;

    constructor(
        readonly item: LooseItem,
        private readonly fields: () => readonly ItemField[],
        private readonly actions: RowActions,
    ) {
        $('<i></i>')
            .addClass(['fa', 'fa-bars', 'ridethrough-map-grip'])
            .attr('title', t('map.drag'))
            .appendTo(this.head);
        const open = $('<div class="ridethrough-map-open" tabindex="0" role="button" aria-expanded="false"></div>');
        const cell = (name: string) =>
            $('<span></span>')
                .addClass(`ridethrough-map-${name}`)
                .attr('data-title', t(`map.title.${name}`))
                .appendTo(open);
        this.cells = {
            name: cell('name'),
            place: cell('place'),
            target: cell('target'),
            raw: cell('raw'),
            value: cell('value'),
        };
        open.appendTo(this.head);
        this.head.appendTo(this.element);
        this.error.appendTo(this.element);
        open.on('click', () => this.toggle());
        open.on('keydown', (event) => this.pressed(event));
        this.element.data('row', this);
    }

    /** Whether a person has to mend it. */
    get isFaulty(): boolean {
        return this.faults.length > 0 && !this.isFresh;
    }

    get isOpen(): boolean {
        return this.form !== undefined;
    }

    /** Opens or closes the form. */
    toggle(to = !this.isOpen): void {
        if (to === this.isOpen) return;
        this.element.toggleClass('open', to);
        this.opener.attr('aria-expanded', String(to));
        if (!to) {
            this.isFresh = false;
            this.form?.remove();
            this.form = undefined;
            return;
        }
        this.actions.opens(this);
        this.form = itemForm(this.item, {
            fields: this.fields(),
            changed: (isPlace) => {
                this.isFresh = false;
                this.actions.changed(this, isPlace);
            },
        });
        this.buttons().appendTo(this.form);
        this.form.insertBefore(this.error);
    }

    /** Opens the form of a new item. */
    begin(): void {
        this.isFresh = true;
        this.toggle(true);
    }

    /** Moves the focus to the name, or to the line if the form is closed. */
    focus(): void {
        const field = this.form?.find('[data-key=id]') ?? this.opener;
        field.trigger('focus');
        this.element[0]?.scrollIntoView({ block: 'nearest' });
    }

    /** Shows the item as it is now, with what was read for it. */
    show(found: RawItem | null, faults: readonly MapFault[]): void {
        this.found = found;
        this.faults = faults;
        const { id, to } = this.item;
        this.cells.name.text(shown(id ?? '') || t('map.nameless'));
        this.cells.place.text(placeText(this.item, true)).attr('title', placeText(this.item));
        this.cells.name.attr('title', shown(id ?? ''));
        this.cells.target.text(shown(to ?? '')).attr('title', shown(to ?? ''));
        this.showFaults();
        this.showFound();
    }

    /** Whether these are other faults than those that it shows. */
    hasOther(faults: readonly MapFault[]): boolean {
        return faults.length + this.faults.length > 0 && JSON.stringify(faults) !== JSON.stringify(this.faults);
    }

    private showFaults(): void {
        this.element.toggleClass('faulty', this.isFaulty);
        this.error.empty().toggle(this.isFaulty);
        if (!this.isFaulty) return;
        for (const fault of this.faults)
            $('<div></div>')
                .text(sentenceText(mapFaultText(fault)))
                .appendTo(this.error);
    }

    private showFound(): void {
        const { found, faults } = this;
        this.cells.raw.text(found === null ? '' : rawText(found));
        this.cells.value.text(found === null || faults.length > 0 ? '' : valueText(this.item, found));
        this.element.toggleClass('read', found !== null);
    }

    /** Whether the item has every one of these words. */
    has(words: readonly string[]): boolean {
        const { id, to } = this.item;
        const text = `${shown(id ?? '')} ${placeText(this.item)} ${shown(to ?? '')}`.toLowerCase();
        return words.every((word) => text.includes(word));
    }

    private get opener(): JQuery {
        return this.head.children('.ridethrough-map-open');
    }

    private pressed(event: JQuery.KeyDownEvent): void {
        const { key, altKey } = event;
        if (key === 'Enter' || key === ' ') this.toggle();
        else if (altKey && key === 'ArrowUp') this.actions.move(this, -1);
        else if (altKey && key === 'ArrowDown') this.actions.move(this, 1);
        else return;
        event.preventDefault();
        event.stopPropagation();
    }

    private buttons(): JQuery {
        const bar = $('<div class="ridethrough-map-acts"></div>');
        const add = (name: string, icon: string, action: () => void) =>
            $('<button type="button" class="red-ui-button red-ui-button-small"></button>')
                .attr('data-act', name)
                .append(
                    $('<i class="fa"></i>').addClass(`fa-${icon}`),
                    document.createTextNode(` ${t(`map.act.${name}`)}`),
                )
                .on('click', action)
                .appendTo(bar);
        add('up', 'arrow-up', () => this.actions.move(this, -1));
        add('down', 'arrow-down', () => this.actions.move(this, 1));
        add('duplicate', 'clone', () => this.actions.duplicate(this));
        add('remove', 'trash-o', () => this.actions.remove(this));
        return bar;
    }
}

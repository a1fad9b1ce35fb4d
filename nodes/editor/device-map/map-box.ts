import { shown } from '../../../lib/core/quote';
import { fromJsonText } from '../../../lib/core/settings';
import { checkMap, mapFaultText } from '../../../lib/protocols/device-map/check-map';
import { isPlain } from '../../../lib/protocols/device-map/map-fault';
import type { Places } from '../../../lib/protocols/device-map/places';
import type { Widget } from '../form/dialog';
import type { Form } from '../form/form';
import { sentenceText } from '../sentence-text';
import { t } from '../texts';
import type { TryAnswer } from '../try-now';
import { ItemList } from './item-list';
import { looseMap, type LooseItem, type LooseMap } from './loose-map';
import { download } from './save-file';
import { takeOverPanel } from './take-over';
import { ValueFinder, type FinderParts } from './value-finder';

const HEAD = ['name', 'id', 'judgedBy'] as const;

export interface MapBoxParts {
    /** Where the values of the device are; it may depend on other settings. */
    places: Places | ((form: Form) => Places);
    /** Lists what the device has, to pick from. */
    finder?: FinderParts;
}

/** The widget of a setting that holds a user's own device map. */
export class MapBox implements Widget {
    private readonly box: JQuery;
    private readonly stored: unknown;
    private readonly map: LooseMap;
    private readonly list: ItemList;
    private readonly head: Record<(typeof HEAD)[number], JQuery>;
    private readonly commands = $('<div class="ridethrough-map-commands"></div>');
    private readonly note = $('<div class="ridethrough-map-note" role="status" aria-live="polite"></div>');
    /** Nobody has changed anything: the flow keeps what it has. */
    private isTouched = false;
    /** The items that were asked for in the trial that runs. */
    private askedFor: readonly LooseItem[] = [];

    constructor(
        private readonly form: Form,
        property: string,
        selector: string,
        { places: given, finder }: MapBoxParts,
    ) {
        const places = () => (typeof given === 'string' ? given : given(form));
        this.stored = form.node[property];
        this.map = looseMap(fromJsonText(this.stored));
        this.box = $(selector).empty().addClass('ridethrough-map');
        const { box } = this;
        box.closest('.form-row').addClass('ridethrough-map-row');
        this.list = new ItemList(places, () => this.touched());
        const panel = takeOverPanel(places, (map) => {
            for (const key of Object.keys(this.map)) delete this.map[key];
            Object.assign(this.map, looseMap(map));
            this.fill();
            this.touched();
        });
        this.head = this.makeHead(box);
        const found =
            finder &&
            new ValueFinder(form, finder, (items) => {
                this.suggestHead();
                this.list.take(items);
            });
        this.makeBar(box, panel, found);
        panel.element.appendTo(box);
        found?.element.appendTo(box);
        this.note.appendTo(box);
        titles().appendTo(box);
        this.list.element.appendTo(box);
        this.commands.appendTo(box);
        this.fill();
    }

    get(): unknown {
        if (!this.isTouched) return this.stored;
        const { items: _, ...head } = this.map;
        return { ...head, items: this.list.items };
    }

    /** A trial begins. */
    asked(): void {
        this.askedFor = this.list.items;
    }

    answered({ raw, ok, text }: TryAnswer): void {
        if (raw) this.list.read(this.askedFor, raw);
        this.say(ok ? t('map.readAt', { time: new Date().toLocaleTimeString() }) : (text ?? ''), !ok);
    }

    private makeHead(box: JQuery): MapBox['head'] {
        const row = $('<div class="ridethrough-row"></div>').appendTo(box);
        const field = (name: (typeof HEAD)[number], width: string) => {
            const label = t(`map.head.${name}`);
            const cell = $('<div class="ridethrough-cell"></div>').css('flex', width).appendTo(row);
            $('<span></span>').text(label).appendTo(cell);
            const input = $('<input type="text" autocomplete="off">').attr({ 'data-head': name, 'aria-label': label });
            input.on('change', () => {
                this.map[name] = String(input.val()).trim();
                this.touched();
            });
            return input.appendTo(cell);
        };
        return {
            name: field('name', '2 1 140px'),
            id: field('id', '1 1 110px'),
            judgedBy: field('judgedBy', '3 1 200px'),
        };
    }

    private makeBar(box: JQuery, panel: { open(): void }, finder?: { open(): void }): void {
        const bar = $('<div class="ridethrough-map-bar"></div>').appendTo(box);
        const act = (name: string, icon: string, action: () => void) =>
            $('<button type="button" class="red-ui-button"></button>')
                .attr('data-act', name)
                .append(
                    $('<i class="fa"></i>').addClass(`fa-${icon}`),
                    document.createTextNode(` ${t(`map.act.${name}`)}`),
                )
                .on('click', action)
                .appendTo(bar);
        if (finder) act('find', 'search', () => finder.open());
        act('add', 'plus', () => {
            this.suggestHead();
            this.list.add();
        });
        act('read', 'flask', () => {
            this.say(t('try.running'));
            this.form.tries?.start();
        });
        act('import', 'folder-open-o', () => panel.open());
        act('export', 'download', () => this.export());
        const search = $('<input type="text">').attr({ placeholder: t('map.search'), 'aria-label': t('map.search') });
        search.on('input', () => this.list.filter(String(search.val())));
        search.on('keydown', (event) => {
            if (event.key === 'Enter') event.preventDefault();
        });
        search.appendTo(bar);
    }

    /** What a map must have, and nobody thinks of first. */
    private suggestHead(): void {
        const { map } = this;
        if (!map.id) map.id = 'my-device';
        if (!map.name) map.name = t('map.suggested.name');
        if (!map.judgedBy) map.judgedBy = t('map.suggested.judgedBy');
        this.showHead();
    }

    private export(): void {
        const { items: _, ...head } = this.map;
        download(`${shown(this.map.id || 'map')}.json`, JSON.stringify({ ...head, items: this.list.items }, null, 4));
    }

    private fill(): void {
        this.list.fill(this.map.items);
        this.showHead();
        this.showCommands();
        this.count();
    }

    private showHead(): void {
        for (const name of HEAD) this.head[name].val(shown(this.map[name] ?? ''));
    }

    /** The commands of a map come with its file; here one can only leave them out. */
    private showCommands(): void {
        const commands = Array.isArray(this.map.commands) ? (this.map.commands as unknown[]) : [];
        this.commands.empty().toggle(commands.length > 0);
        if (commands.length === 0) return;
        $('<span></span>').text(t('map.commands')).appendTo(this.commands);
        for (const command of commands) {
            const does = isPlain(command) ? shown(command.does) : '?';
            $('<button type="button" class="red-ui-button red-ui-button-small"></button>')
                .attr('aria-label', t('map.withoutCommand', { command: does }))
                .append(document.createTextNode(`${does} `), $('<i class="fa fa-times"></i>'))
                .on('click', () => {
                    const left = commands.filter((each) => each !== command);
                    if (left.length === 0) delete this.map.commands;
                    else this.map.commands = left;
                    this.showCommands();
                    this.touched();
                })
                .appendTo(this.commands);
        }
    }

    private touched(): void {
        this.isTouched = true;
        this.count();
    }

    private count(): void {
        const { faulty, items: all } = this.list;
        const items = all.length;
        this.box.toggleClass('empty', items === 0);
        if (items === 0) this.say(t('map.empty', { add: t('map.act.add') }));
        else if (faulty > 0) this.say(t('map.faulty', { items, faulty }), true);
        else this.say([t('map.items', { items }), ...this.warnings()].join('. '));
    }

    /** What people should know of a map that is complete. */
    private warnings(): string[] {
        const { items: _, ...head } = this.map;
        const read = checkMap({ ...head, items: this.list.items });
        return read.map ? read.warnings.map((each) => sentenceText(mapFaultText(each))) : [];
    }

    private say(words: string, isFault = false): void {
        this.note.text(words).toggleClass('failed', isFault);
    }
}

function titles(): JQuery {
    const line = $('<div class="ridethrough-map-titles" aria-hidden="true"></div>');
    for (const name of ['name', 'place', 'target', 'raw', 'value'])
        $('<span></span>')
            .addClass(`ridethrough-map-${name}`)
            .text(t(`map.title.${name}`))
            .appendTo(line);
    return line;
}

import type { RawItem } from '../../../lib/core/driver';
import type { LooseItem } from './loose-map';
import { t } from '../texts';

/** A value that a map may take. */
export interface Candidate {
    name: string;
    /** Unit, kind, access: in a few words. */
    hint: string;
    /** What the device tells now; undefined: it does not have it, or was not asked. */
    raw?: number | string | null;
    /** What the map would hold; absent: no item can hold it. */
    item?: LooseItem;
    /** In its words. */
    description?: string;
}

/** So many are shown; a search finds the others. */
const SHOWN = 200;
const LONGEST = 60;

/** Candidates with a box each, and a search. */
export class FindList {
    readonly element = $('<div></div>');
    private readonly search = $('<input type="text" class="ridethrough-map-find">').attr({
        placeholder: t('map.search'),
        'aria-label': t('map.search'),
    });
    private readonly list = $('<ul class="ridethrough-map-found"></ul>');
    private readonly more = $('<div class="ridethrough-tip"></div>').hide();
    private candidates: readonly Candidate[] = [];
    private readonly chosen = new Set<Candidate>();

    constructor(private readonly changed: () => void) {
        this.search.on('input', () => this.show());
        this.search.on('keydown', (event) => {
            if (event.key === 'Enter') event.preventDefault();
        });
        this.element.append(this.search, this.list, this.more);
    }

    fill(candidates: readonly Candidate[]): void {
        this.candidates = candidates;
        this.chosen.clear();
        this.search.val('');
        this.element.toggle(candidates.length > 0);
        this.show();
        this.changed();
    }

    /** The items of the chosen ones, in the order of the list. */
    picked(): { item: LooseItem; found: RawItem | null }[] {
        return this.candidates.flatMap((each) => {
            const { item, raw } = each;
            return item && this.chosen.has(each) ? [{ item, found: raw === undefined ? null : { raw } }] : [];
        });
    }

    private show(): void {
        const words = String(this.search.val()).toLowerCase().split(/\s+/).filter(Boolean);
        const found = this.candidates.filter((each) => words.every((word) => textOf(each).includes(word)));
        this.list.empty().append(found.slice(0, SHOWN).map((each) => this.row(each)));
        const hidden = found.length - SHOWN;
        this.more.toggle(hidden > 0).text(hidden > 0 ? t('map.find.more', { values: hidden }) : '');
    }

    private row(candidate: Candidate): JQuery {
        const { name, hint, raw, item, description } = candidate;
        const box = $('<input type="checkbox">').prop({ checked: this.chosen.has(candidate), disabled: !item });
        box.on('change', () => {
            if (box.prop('checked') === true) this.chosen.add(candidate);
            else this.chosen.delete(candidate);
            this.changed();
        });
        const cell = (which: string, text: string) =>
            $('<span></span>').addClass(`ridethrough-map-found-${which}`).text(text);
        const label = $('<label></label>').attr('title', description ?? '');
        label.append(
            box,
            cell('name', name),
            cell('hint', item ? hint : t('map.find.notReadable')),
            cell('raw', shown(raw)),
        );
        return $('<li></li>').attr('data-found', name).append(label);
    }
}

function textOf({ name, hint, raw, description = '' }: Candidate): string {
    return `${name} ${hint} ${raw ?? ''} ${description}`.toLowerCase();
}

function shown(raw: Candidate['raw']): string {
    if (raw === undefined) return '–';
    if (raw === null) return t('map.null');
    const text = String(raw);
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

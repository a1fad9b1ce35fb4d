import type { RawItem } from '../../../lib/core/driver';
import { button } from '../outcome';
import { t } from '../texts';
import type { Form } from '../form/form';
import type { LooseItem } from './loose-map';
import { FindList, type Candidate } from './find-list';
import { mibCandidates, readMibFiles } from './mib-candidates';

/** What a log says of one of its columns. */
interface FoundColumn {
    name: string;
    formats: string[];
}

interface FoundAnswer {
    ok: boolean;
    text?: string;
    found?: { values: { item: LooseItem; raw: string }[]; columns?: FoundColumn[] };
}

export interface FinderParts {
    /** `mib`: the objects of a file that a person chooses; `ask`: what the device itself lists. */
    from(form: Form): 'mib' | 'ask';
    /** Settings that take the column and the form of the times in a log. */
    time?: { column: string; format: string };
}

export type TakeItems = (items: readonly { item: LooseItem; found: RawItem | null }[]) => void;

/** The panel that lists what a device has, with what it tells now, for a person to pick from. */
export class ValueFinder {
    readonly element = $('<div class="ridethrough-map-panel ridethrough-map-finder"></div>').hide();
    private readonly note = $('<div class="ridethrough-map-note" role="status" aria-live="polite"></div>');
    private readonly file = $('<input type="file" multiple>').attr('aria-label', t('map.find.file'));
    private readonly fileRow = $('<div class="ridethrough-map-source"></div>');
    private readonly times = $('<div class="ridethrough-map-acts"></div>');
    private readonly take = button('', 'primary').attr('data-act', 'take-found');
    private readonly list = new FindList(() => this.count());
    /** Counts what was begun: an answer to an earlier question is old. */
    private turn = 0;

    constructor(
        private readonly form: Form,
        private readonly parts: FinderParts,
        take: TakeItems,
    ) {
        this.fileRow.append($('<span></span>').text(t('map.find.file')), this.file).appendTo(this.element);
        this.note.appendTo(this.element);
        this.times.appendTo(this.element);
        this.list.element.appendTo(this.element);
        const bar = $('<div class="ridethrough-map-acts"></div>').appendTo(this.element);
        this.take.appendTo(bar).on('click', () => {
            take(this.list.picked());
            this.close();
        });
        button(t('map.act.cancel'))
            .appendTo(bar)
            .on('click', () => this.close());
        this.file.on('change', () => void this.readFile());
    }

    /** Opens the panel, or closes it. */
    open(): void {
        if (this.element.is(':visible')) return this.close();
        this.begin([]);
        this.element.show();
        const fromFile = this.parts.from(this.form) === 'mib';
        this.fileRow.toggle(fromFile);
        this.file.val('');
        if (!fromFile) return void this.askDevice();
        this.say(t('map.find.choose'));
        this.file.trigger('focus');
    }

    private close(): void {
        this.turn++;
        this.element.hide();
    }

    private begin(candidates: readonly Candidate[]): number {
        this.times.empty();
        this.list.fill(candidates);
        return ++this.turn;
    }

    private async readFile(): Promise<void> {
        const chosen = [...((this.file[0] as HTMLInputElement).files ?? [])];
        if (chosen.length === 0) return;
        const turn = this.begin([]);
        this.say(t('map.find.readsFile'));
        const { objects, text } = await readMibFiles(chosen);
        if (turn !== this.turn) return;
        if (!objects) return this.say(text ?? '', true);
        this.say(t('map.find.readsDevice', { objects: objects.length }));
        const { candidates, failure } = await mibCandidates(objects, (items) => this.rawOf(items));
        if (turn !== this.turn) return;
        this.list.fill(candidates);
        const answering = candidates.filter(({ raw }) => raw !== undefined).length;
        const told = t('map.find.objects', { objects: objects.length, answering });
        this.say(failure === undefined ? told : `${told} ${failure}`, failure !== undefined && answering === 0);
    }

    /** What the device tells at the places of these items. */
    private async rawOf(items: readonly LooseItem[]): Promise<{ raw?: (RawItem | null)[]; text?: string }> {
        const map = { version: 1, id: 'found', name: 'found', judgedBy: 'found', items };
        const answer = await this.form.tries?.ask({ map }, {});
        return answer?.raw ? { raw: answer.raw } : { text: answer?.text };
    }

    private async askDevice(): Promise<void> {
        const turn = this.turn;
        this.say(t('try.running'));
        const answer = (await this.form.tries?.ask({}, { find: 'values' })) as FoundAnswer | undefined;
        if (turn !== this.turn) return;
        const { values = [], columns } = answer?.found ?? {};
        if (!answer?.found) return this.say(answer?.text ?? '', true);
        this.list.fill(values.map(({ item, raw }) => ({ name: String(item.id), hint: '', item, raw })));
        this.say(
            t(values.length > 0 ? 'map.find.values' : 'map.find.noValues', { values: values.length }),
            values.length === 0,
        );
        if (columns) this.showTimes(columns);
    }

    /** The columns that hold times: a press takes one, in the form that its times have. */
    private showTimes(columns: readonly FoundColumn[]): void {
        const { time } = this.parts;
        const found = columns.flatMap(({ name, formats }) => formats.map((format) => ({ name, format })));
        if (!time || found.length === 0) return;
        $('<span></span>').text(t('map.find.times')).appendTo(this.times);
        for (const { name, format } of found)
            button(`${name}: ${format}`)
                .attr('data-format', format)
                .appendTo(this.times)
                .on('click', () => {
                    this.form.input(time.column).val(name).trigger('change');
                    this.form.input(time.format).val(format).trigger('change');
                });
    }

    private count(): void {
        const picked = this.list.picked().length;
        this.take
            .text(picked === 0 ? t('map.find.takeNone') : t('map.find.take', { values: picked }))
            .prop('disabled', picked === 0);
    }

    private say(words: string, isFault = false): void {
        this.note.text(words).toggleClass('failed', isFault);
        this.count();
    }
}

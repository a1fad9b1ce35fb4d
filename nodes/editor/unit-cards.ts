import { dryRunBadge } from './dry-run-state';
import { badge } from './log-rows';
import { labelOf, reveal } from './nodes-of-flow';
import { pressable, redraw } from './press';
import { t } from './texts';
import { whenOf } from './times';
import {
    closedWords,
    pathState,
    unitAfter,
    unitWords,
    waitWords,
    type NextStep,
    type UnitPath,
    type UnitTiming,
    type UnitView,
} from './unit-words';

const FOLDS = 'ridethrough-folded-ups';
const TICK_MS = 1000;

/** The data of a UPS from the server, and when it came (`performance.now()`). */
interface ReceivedUnit {
    unit: UnitView;
    at: number;
}

interface CardsOptions {
    /** The side bar is low, so cards fold by themselves. */
    isLow(): boolean;
    /** What a timing makes run. */
    stepOf(timing: UnitTiming): NextStep;
}

/** The cards of all UPSs in `container`. They are updated every second from the last data. */
export class UnitCards {
    private readonly units = new Map<string, ReceivedUnit>();
    private readonly folds = readFolds();
    private ticks: (() => void)[] = [];

    constructor(
        private readonly container: JQuery,
        private readonly options: CardsOptions,
    ) {
        setInterval(() => {
            if (container.is(':visible')) this.ticks.forEach((show) => show());
        }, TICK_MS);
    }

    show(units: readonly UnitView[]): void {
        this.units.clear();
        units.forEach((unit) => this.take(unit));
        this.draw();
    }

    update(unit: UnitView): void {
        this.take(unit);
        this.draw();
    }

    draw(): void {
        this.ticks = [];
        redraw(this.container, () => {
            this.container.empty();
            if (!this.units.size)
                $('<div class="ridethrough-empty"></div>').text(t('sidebar.noUnits')).appendTo(this.container);
            const sorted = [...this.units.values()].sort((a, b) => a.unit.name.localeCompare(b.unit.name));
            for (const told of sorted) {
                const card = $('<div class="ridethrough-unit-card"></div>').addClass(told.unit.colour);
                card.append(this.head(told), this.isFolded(told.unit) ? '' : this.body(told)).appendTo(this.container);
            }
        });
    }

    private take(unit: UnitView): void {
        this.units.set(unit.id, { unit, at: performance.now() });
    }

    private isFolded({ id, state }: UnitView): boolean {
        return this.folds[id] ?? (this.options.isLow() || (this.units.size > 4 && state === 'ok'));
    }

    /** An element whose text is updated every second. */
    private liveText(element: JQuery, { unit, at }: ReceivedUnit, text: (now: UnitView) => string | undefined): JQuery {
        const show = () => void element.text(text(unitAfter(unit, (performance.now() - at) / 1000)) ?? '');
        this.ticks.push(show);
        show();
        return element;
    }

    private head(told: ReceivedUnit): JQuery {
        const { unit } = told;
        const folded = this.isFolded(unit);
        const element = pressable($('<div class="ridethrough-unit-head"></div>'), () => {
            this.folds[unit.id] = !folded;
            localStorage.setItem(FOLDS, JSON.stringify(this.folds));
            this.draw();
        }).attr({ 'aria-expanded': String(!folded), 'data-focus': unit.id });
        $('<i class="fa"></i>')
            .addClass(folded ? 'fa-caret-right' : 'fa-caret-down')
            .appendTo(element);
        $('<b></b>').text(unit.name).attr('title', unit.name).appendTo(element);
        const { state, speed } = unitWords(unit);
        if (speed) badge(speed, t('sidebar.speed', { speed })).addClass('ridethrough-speed').appendTo(element);
        dryRunBadge(unit.dryRun).appendTo(element);
        const dot = $('<span class="ridethrough-dot"></span>').addClass(unit.colour);
        $('<span class="ridethrough-unit-state"></span>').append(dot, document.createTextNode(state)).appendTo(element);
        if (folded)
            this.liveText($('<small class="ridethrough-quiet"></small>'), told, (now) =>
                closedWords(now, (timing) => this.options.stepOf(timing)),
            ).appendTo(element);
        return element;
    }

    private body(told: ReceivedUnit): JQuery {
        const { unit } = told;
        const element = $('<div class="ridethrough-unit-body"></div>');
        if (unit.presumed)
            this.liveText($('<div class="ridethrough-unit-line ridethrough-presumed"></div>'), told, (now) => {
                const { presumed, held } = unitWords(now);
                return [presumed, held].filter(Boolean).join('. ');
            }).appendTo(element);
        this.figures(told).appendTo(element);
        const place = $('<div class="ridethrough-unit-figures ridethrough-quiet"></div>').appendTo(element);
        this.liveText($('<span class="ridethrough-age"></span>'), told, (now) => unitWords(now).age).appendTo(place);
        if (unit.site) $('<span></span>').text(unit.site).appendTo(place);
        if (unit.trouble) $('<div class="ridethrough-unit-line"></div>').text(unit.trouble).appendTo(element);
        // With a single path, the path is the UPS itself; only several paths are listed.
        const paths = unit.ways ?? [];
        for (const path of paths.length > 1 ? paths : []) pathLine(path).appendTo(element);
        for (const event of unit.activeEvents ?? []) eventLine(event).appendTo(element);
        (unit.timings ?? []).forEach((timing, i) => this.timingLine(told, timing, i).appendTo(element));
        const open = pressable($('<a></a>').text(t('sidebar.settings')), () => reveal(unit.id));
        open.attr('data-focus', `${unit.id} settings`);
        $('<div class="ridethrough-unit-line"></div>').append(open).appendTo(element);
        return element;
    }

    private figures(told: ReceivedUnit): JQuery {
        const figures = $('<div class="ridethrough-unit-figures"></div>');
        unitWords(told.unit).figures.forEach(({ words }, i) => {
            const value = this.liveText(
                $('<span></span>'),
                told,
                (now) => `${unitWords(now).figures[i]?.value ?? ''} `,
            );
            $('<span></span>').append(value, $('<small></small>').text(words)).appendTo(figures);
        });
        return figures;
    }

    private timingLine(told: ReceivedUnit, timing: UnitTiming, i: number): JQuery {
        const line = $('<div class="ridethrough-unit-line"></div>');
        $('<i class="fa fa-clock-o"></i>').appendTo(line);
        const times = Number(timing.fired) > 1 ? ` ×${timing.fired}` : '';
        $('<span></span>')
            .text(`${labelOf(timing.nodeId) || timing.name}${times}`)
            .appendTo(line);
        this.liveText($('<span class="ridethrough-quiet"></span>'), told, (now) => {
            const current = now.timings?.[i];
            return current && waitWords(current);
        }).appendTo(line);
        return pressable(line, () => reveal(timing.nodeId)).attr('data-focus', `${timing.nodeId} ${i}`);
    }
}

function readFolds(): Record<string, boolean> {
    try {
        return (JSON.parse(localStorage.getItem(FOLDS) ?? '') as Record<string, boolean> | null) ?? {};
    } catch {
        return {};
    }
}

function pathLine(path: UnitPath): JQuery {
    const line = $('<div class="ridethrough-unit-line"></div>');
    $('<i class="fa fa-link"></i>').appendTo(line);
    $('<span></span>').text(path.name).appendTo(line);
    if (path.leads) $('<span class="ridethrough-badge"></span>').text(t('sidebar.leads')).appendTo(line);
    $('<span class="ridethrough-quiet"></span>')
        .text(t(`sidebar.way.${pathState(path)}`))
        .attr('title', path.why ?? '')
        .appendTo(line);
    return pressable(line, () => reveal(path.nodeId)).attr('data-focus', path.nodeId);
}

function eventLine(event: { text: string; level: string; since: number }): JQuery {
    const line = $('<div class="ridethrough-unit-line"></div>');
    $('<span class="ridethrough-dot"></span>').addClass(event.level).appendTo(line);
    // The time continues in the line of the sentence: beside a long sentence it would get too narrow.
    $('<span></span>')
        .text(`${event.text} `)
        .append($('<small class="ridethrough-quiet"></small>').text(t('sidebar.since', { time: whenOf(event.since) })))
        .appendTo(line);
    return line;
}

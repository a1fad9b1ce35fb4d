import type { Happening, HostState, Told } from './story';

export interface Span {
    from: number;
    to: number;
}

export type Reading = { t: number } & Told;

/** What a reading says of the mains. `hint`: the input is dead, whatever the device says of its source. */
export type Saying = 'outage' | 'hint' | 'mains' | 'nothing';

const ALIVE_VOLTS = 140;
/** A reading that has come is noted so much later at most. */
const NOTED_MS = 5;

export function sayingOf({ source, input, test }: Told): Saying {
    if (source === 'unknown') return 'nothing';
    const alive = (input ?? 0) >= ALIVE_VOLTS;
    // On battery for a test, with the input alive: the mains are there (docs/outage.md).
    if (source === 'battery') return !test ? 'outage' : alive ? 'mains' : 'hint';
    return alive ? 'mains' : 'hint';
}

/** One run of the program under test, from its start to its end. */
export interface Life extends Span {
    /** How it ended; undefined: it has not. */
    end?: 'killed' | 'stopped';
}

/** Two readings on end that say that the mains are there, ms. */
export interface Pair {
    first: number;
    second: number;
}

interface Mark {
    t: number;
    over: Pair | undefined;
    renewals: number;
    spokenAt: number | undefined;
}

/** The story, sorted by what a judge asks of it. */
export class View {
    readonly outages: Span[] = [];
    readonly lives: Life[] = [];
    readonly deploys: (Span & { type: string })[] = [];
    readonly readings: Reading[] = [];
    readonly diskFailures: Span[] = [];
    readonly tests: Span[] = [];
    private readonly weather = new Map<string, Span[]>();
    private readonly silences: Span[] = [];
    private readonly charges: { t: number; percent: number }[] = [];
    private readonly dark: Span[] = [];
    private marks: Mark[] | undefined;
    private readonly states = new Map<string, { t: number; state: HostState }[]>();

    constructor(
        readonly story: readonly Happening[],
        readonly end: number,
        private readonly capacitySeconds: number,
        /** Mains that are back for less do not count. */
        private readonly backMs = 0,
    ) {
        for (const happening of story) this.sort(happening);
    }

    outageAt(t: number): Span | undefined {
        return this.outages.find(({ from, to }) => t >= from && t <= to);
    }

    /** The UPS feeds nothing. */
    isDarkAt(t: number): boolean {
        return this.dark.some(({ from, to }) => t >= from && t <= to);
    }

    lifeAt(t: number): Life | undefined {
        return this.lives.findLast(({ from }) => from <= t);
    }

    deployAt(t: number): (Span & { type: string }) | undefined {
        return this.deploys.find(({ from, to }) => t >= from && t <= to);
    }

    /** The latest moment up to `t` at which the UPS began to be watched anew: a start, or a deploy that replaced it. */
    watchedSince(t: number): number {
        const replaced = this.deploys.filter(({ type, to }) => type === 'full' && to <= t).at(-1);
        return Math.max(this.lifeAt(t)?.from ?? 0, replaced?.to ?? 0);
    }

    weatherIsFine(address: string, { from, to }: Span): boolean {
        return !(this.weather.get(address) ?? []).some((span) => span.from <= to && span.to >= from);
    }

    stateOf(host: string, t: number): HostState {
        return this.states.get(host)?.findLast((each) => each.t <= t)?.state ?? 'up';
    }

    /** True charge, percent. */
    charge(t: number): number {
        const sample = this.charges.findLast((each) => each.t <= t);
        if (!sample) return 100;
        const falls = this.outageAt(t) !== undefined;
        return falls ? sample.percent - (t - sample.t) / 10 / this.capacitySeconds : sample.percent;
    }

    /** The first moment within the span at which the true charge is at or below `level`; Infinity: never. */
    crossing(level: number, { from, to }: Span): number {
        if (this.charge(from) <= level) return from;
        for (const { t, percent } of this.charges) {
            if (t > to) break;
            const until = t + (percent - level) * 10 * this.capacitySeconds;
            if (t >= from - 5000 && percent >= level && until <= t + 5001 && until >= from) return Math.min(until, to);
            if (t >= from && percent <= level) return t;
        }
        return Infinity;
    }

    get seconds(): number {
        return this.capacitySeconds;
    }

    /**
     * When an outage is surely known to be over: the second of two readings on end, of one watch, that say that the mains are there.
     * @returns first and second of the pair, after the last that spoke of an outage before `t`
     */
    knownOver(t: number): Pair | undefined {
        const mark = this.markAt(t);
        const since = this.watchedSince(t);
        return mark?.over && since > mark.t && this.isCut(mark.over, since) ? undefined : mark?.over;
    }

    /** How often readings from `from` to `to` have spoken of an outage anew, after one that said that the mains were there. */
    returnsOfOutage(from: number, to: number): number {
        return (this.markAt(to)?.renewals ?? 0) - (this.markAt(from)?.renewals ?? 0);
    }

    /** The latest reading up to `t` that spoke of an outage, ms. */
    spokenOf(t: number): number | undefined {
        return this.markAt(t)?.spokenAt;
    }

    private markAt(t: number): Mark | undefined {
        this.marks ??= this.markReadings();
        let from = 0;
        let to = this.marks.length;
        while (from < to) {
            const middle = (from + to) >> 1;
            if (this.marks[middle]!.t > t) to = middle;
            else from = middle + 1;
        }
        return this.marks[from - 1];
    }

    private markReadings(): Mark[] {
        let first: number | undefined;
        let over: Pair | undefined;
        let watched = -1;
        let wasMains = false;
        let maybeMains = false;
        let renewals = 0;
        let spokenAt: number | undefined;
        return this.readings.map((reading) => {
            const { t } = reading;
            const since = this.watchedSince(t);
            if (since !== watched) {
                // What was still being looked at when the watch ended has to be seen anew.
                first = undefined;
                if (over && this.isCut(over, since)) over = undefined;
                watched = since;
            }
            const saying = sayingOf(reading);
            if (saying === 'mains') {
                if (first !== undefined) over ??= { first, second: t };
                first ??= t;
                wasMains = true;
            } else if (saying !== 'nothing') {
                first = undefined;
                over = undefined;
                // One that names the mains beside a dead input may be believed, too.
                if (wasMains || (maybeMains && saying === 'outage')) renewals++;
                wasMains = false;
                maybeMains = reading.source === 'mains';
                spokenAt = t;
            }
            return { t, over, renewals, spokenAt };
        });
    }

    /** Whether the mains had not been back for long enough when the watch before the one that began at `since` ended. */
    private isCut({ second }: Pair, since: number): boolean {
        const ended = this.lives.findLast(({ to }) => to <= since)?.to ?? since;
        // One that met the end of the process before it was noted has to be seen anew, too.
        return second + this.backMs + NOTED_MS > ended;
    }

    /** Spells within `span` in which nothing hinders: the program runs, no deploy is under way, the device answers and is reached. */
    calm(span: Span, addresses: readonly string[]): Span[] {
        const hindered = [
            ...this.away(),
            ...this.deploys,
            ...this.silences,
            ...this.tests,
            ...this.dark,
            ...addresses.flatMap((address) => this.weather.get(address) ?? []),
        ];
        let spells = [span];
        for (const { from, to } of hindered) {
            spells = spells.flatMap((spell) => {
                if (to < spell.from || from > spell.to) return [spell];
                return [
                    { from: spell.from, to: from },
                    { from: to, to: spell.to },
                ].filter((each) => each.to > each.from);
            });
        }
        return spells;
    }

    private away(): Span[] {
        const spans = this.lives.map(({ to }, index) => ({ from: to, to: this.lives[index + 1]?.from ?? Infinity }));
        return [{ from: -Infinity, to: this.lives[0]?.from ?? Infinity }, ...spans];
    }

    private sort(happening: Happening): void {
        const { t } = happening;
        switch (happening.what) {
            case 'mains':
                this.turn(this.outages, t, !happening.on);
                break;
            case 'output':
                this.turn(this.dark, t, !happening.on);
                break;
            case 'test':
                this.turn(this.tests, t, happening.on);
                break;
            case 'device':
                this.turn(this.silences, t, !happening.answers);
                break;
            case 'disk':
                this.turn(this.diskFailures, t, happening.fails);
                break;
            case 'told':
                this.readings.push(happening);
                break;
            case 'charge':
                this.charges.push(happening);
                break;
            case 'process':
                this.live(t, happening.state);
                break;
            case 'deploy':
                if (happening.state === 'begins') this.deploys.push({ from: t, to: Infinity, type: happening.type });
                else this.deploys.at(-1)!.to = t;
                break;
            case 'weather': {
                const spans = this.weather.get(happening.address) ?? [];
                this.weather.set(happening.address, spans);
                this.turn(spans, t, happening.weather !== 'fine');
                break;
            }
            case 'host': {
                const states = this.states.get(happening.host) ?? [];
                this.states.set(happening.host, states);
                states.push(happening);
                break;
            }
            default:
        }
    }

    private live(t: number, state: 'starts' | 'stops' | 'killed'): void {
        const last = this.lives.at(-1);
        if (state === 'starts') this.lives.push({ from: t, to: this.end });
        else if (last && last.end === undefined) {
            Object.assign(last, { to: t, end: state === 'stops' ? 'stopped' : 'killed' });
            const deploy = this.deploys.at(-1);
            if (deploy && deploy.to === Infinity) deploy.to = t;
        }
    }

    private turn(spans: Span[], t: number, on: boolean): void {
        const last = spans.at(-1);
        if (on && last?.to !== Infinity) spans.push({ from: t, to: Infinity });
        else if (!on && last?.to === Infinity) last.to = t;
    }
}

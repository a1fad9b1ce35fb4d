import type {
    Battery,
    Environment,
    Identity,
    Line,
    OutputLine,
    OutputSource,
    PartialStatus,
    TestResult,
} from '../../core/status/status';
import { readAlarms } from './alarms';
import type { Answer, PollName } from './polls';

/** The latest answer to each polling command; SOL by outlet. */
export interface Answers extends Partial<Record<Exclude<PollName, 'SOL'>, Answer>> {
    outlets?: ReadonlyMap<number, Answer>;
}

/** The numbers differ from RFC 1628's: never pass them on. */
const SOURCES: readonly OutputSource[] = [
    ...(['normal', 'battery', 'bypass', 'reducer', 'booster', 'bypass', 'other', 'none'] as const),
];
const CONDITIONS = ['good', 'weak', 'replace'] as const;
const STATES = ['normal', 'low', 'depleted'] as const;
const CHARGING = ['floating', 'charging', 'resting', 'discharging'] as const;
const TESTS: readonly (readonly [TestResult, string])[] = [
    ['none', 'no test performed'],
    ['passed', 'test passed'],
    ['in-progress', 'test in progress'],
    ['failed', 'general test failed'],
    ['failed', 'battery test failed'],
    ['failed', 'deep battery test failed'],
    ['aborted', 'test aborted'],
];

const num = (answer: Answer | undefined, key: string) => answer?.[key] as number | undefined;
const str = (answer: Answer | undefined, key: string) => answer?.[key] as string | undefined;
const pick = <T>(list: readonly T[], index: number | undefined) => (index === undefined ? undefined : list[index]);

/** Everything that has been answered, in SI units; groups that were never answered are absent. `settings` are read elsewhere. */
export function decode(answers: Answers, time: number, testStartedAt?: number): PartialStatus {
    const { STO, STI, STP, TSR, ENV, LET, outlets } = answers;
    const test = pick(TESTS, num(TSR, 'result'));
    return {
        time,
        identity: identityOf(answers),
        ...(answers.STB ? { battery: batteryOf(answers) } : {}),
        ...(STI ? { input: { lines: linesOf(STI) } } : {}),
        ...(STO ? { output: outputOf(answers) } : {}),
        ...(STP ? { bypass: { frequency: num(STP, 'frequency'), lines: linesOf(STP) } } : {}),
        ...readAlarms(answers),
        ...(test ? { test: { result: test[0], detail: test[1], startedAt: testStartedAt } } : {}),
        ...(num(LET, 'outlets')
            ? {
                  outlets: Array.from({ length: num(LET, 'outlets')! }, (_, index) => {
                      const off = num(outlets?.get(index + 1), 'off');
                      return { id: String(index + 1), ...(off === undefined ? {} : { on: off === 0 }) };
                  }),
              }
            : {}),
        ...(ENV ? { environment: environmentOf(ENV) } : {}),
    };
}

function identityOf({ MNU, MOD, VER }: Answers): Identity {
    return { manufacturer: str(MNU, 'manufacturer'), model: str(MOD, 'model'), firmware: str(VER, 'version') };
}

function batteryOf({ STB, BRD }: Answers): Battery {
    const state = pick(STATES, num(STB, 'state'));
    const minutes = num(STB, 'minutes');
    return {
        state,
        condition: pick(CONDITIONS, num(STB, 'condition')),
        charging: pick(CHARGING, num(STB, 'charging')),
        secondsOnBattery: num(STB, 'seconds'),
        // No minutes left with a battery that is not low: the UPS does not reckon them (inferred).
        minutesRemaining: minutes === 0 && state === 'normal' ? undefined : minutes,
        // Each UPS must send the level; the estimate is 000 in full batteries of real ones (which stands in is inferred).
        chargePercent: percent(num(STB, 'level')) ?? percent(num(STB, 'estimated')),
        voltage: num(STB, 'voltage'),
        current: num(STB, 'current'),
        temperature: num(STB, 'temperature'),
        installedOn: str(BRD, 'last'),
    };
}

const percent = (value: number | undefined) => (value !== undefined && value <= 100 ? value : undefined);

function outputOf({ STO, STA }: Answers): PartialStatus['output'] {
    const source = pick(SOURCES, num(STO, 'source'));
    // A UPS that has been shut down may have no number for it.
    const off = num(STA, 'outputOff') === 1 && (source === undefined || source === 'normal');
    return { source: off ? 'none' : source, frequency: num(STO, 'frequency'), lines: linesOf(STO!) };
}

/**
 * As many lines as the answer says; a UPS that says none but sends values has those. A line in between that says nothing keeps its place:
 * the second line must not be taken for the first.
 */
function linesOf(answer: Answer): OutputLine[] {
    const stated = num(answer, 'lines') || 1;
    const lines = [1, 2, 3].slice(0, stated).map((line): OutputLine => {
        const value = (key: keyof Line | 'load') => num(answer, `${key}${line}`);
        const values: OutputLine = {
            frequency: value('frequency'),
            voltage: value('voltage'),
            current: value('current'),
            power: value('power'),
            load: value('load'),
        };
        return Object.fromEntries(Object.entries(values).filter(([, number]) => number !== undefined));
    });
    const last = lines.findLastIndex((line) => Object.keys(line).length > 0);
    return lines.slice(0, last + 1);
}

function environmentOf(answer: Answer): Environment {
    const humidity = num(answer, 'humidity');
    const relays = [1, 2, 3, 4].flatMap((relay) => {
        const state = num(answer, `relay${relay}`);
        return state === undefined ? [] : [[`relay${relay}`, state === 1] as const];
    });
    return {
        temperature: num(answer, 'temperature'),
        humidity: humidity !== undefined && humidity <= 100 ? humidity : undefined,
        ...(relays.length ? { contacts: Object.fromEntries(relays) } : {}),
    };
}

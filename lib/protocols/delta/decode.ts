import { plausible } from '../../core/status/plausible';
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

/** The last answer to each polling command; SOL by outlet. */
export interface Answers extends Partial<Record<Exclude<PollName, 'SOL'>, Answer>> {
    outlets?: ReadonlyMap<number, Answer>;
}

/** Indexed by STO's source number. The numbers differ from RFC 1628's. */
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

/** All answers so far in SI units; groups without an answer are absent. `settings` come from settings.ts. */
export function decode(answers: Answers, time: number, testStartedAt?: number): PartialStatus {
    const { STO, STP, TSR, ENV, LET, outlets } = answers;
    const test = pick(TESTS, num(TSR, 'result'));
    return {
        time,
        identity: identityOf(answers),
        ...(answers.STB ? { battery: batteryOf(answers) } : {}),
        ...inputOf(answers),
        ...(STO ? { output: outputOf(answers) } : {}),
        ...(STP ? { bypass: { frequency: plausible('frequency', num(STP, 'frequency')), lines: linesOf(STP) } } : {}),
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

/** The nominal voltage in V; 0 means unknown. */
function inputOf({ STI, RAT }: Answers): Pick<PartialStatus, 'input'> {
    const nominalVoltage = plausible('acVoltage', num(RAT, 'inputVoltage')) || undefined;
    if (!STI && nominalVoltage === undefined) return {};
    return {
        input: { ...(nominalVoltage === undefined ? {} : { nominalVoltage }), lines: STI ? linesOf(STI) : [] },
    };
}

function identityOf({ MNU, MOD, VER }: Answers): Identity {
    return { manufacturer: str(MNU, 'manufacturer'), model: str(MOD, 'model'), firmware: str(VER, 'version') };
}

function batteryOf({ STB, BRD, RAT }: Answers): Battery {
    const state = pick(STATES, num(STB, 'state'));
    const minutes = num(STB, 'minutes');
    return {
        state,
        condition: pick(CONDITIONS, num(STB, 'condition')),
        charging: pick(CHARGING, num(STB, 'charging')),
        secondsOnBattery: num(STB, 'seconds'),
        // 0 minutes is not a limit.
        ...(num(RAT, 'lowBatteryMinutes') ? { lowMinutes: num(RAT, 'lowBatteryMinutes') } : {}),
        // 0 minutes with a battery that is not low: the UPS does not compute the runtime [inferred].
        minutesRemaining: minutes === 0 && state === 'normal' ? undefined : minutes,
        // Every UPS must send the level. Real UPSs send an estimate of 000 with a full battery, so the estimate is used only if the
        // level is missing [inferred].
        chargePercent: percent(num(STB, 'level')) ?? percent(num(STB, 'estimated')),
        voltage: plausible('dcVoltage', num(STB, 'voltage')),
        current: plausible('batteryCurrent', num(STB, 'current')),
        temperature: plausible('temperature', num(STB, 'temperature')),
        installedOn: str(BRD, 'last'),
    };
}

const percent = (value: number | undefined) => plausible('percent', value);

function outputOf({ STO, STA }: Answers): PartialStatus['output'] {
    const source = pick(SOURCES, num(STO, 'source'));
    // Some UPSs have no source number for "off" after a shutdown.
    const off = num(STA, 'outputOff') === 1 && (source === undefined || source === 'normal');
    return {
        source: off ? 'none' : source,
        frequency: plausible('frequency', num(STO, 'frequency')),
        lines: linesOf(STO!),
    };
}

/**
 * As many lines as the answer states; if it states 0 but has values, the lines with values. An empty line in the middle is kept,
 * so that the numbers of the lines stay right.
 */
function linesOf(answer: Answer): OutputLine[] {
    const stated = num(answer, 'lines') || 1;
    const lines = [1, 2, 3].slice(0, stated).map((line): OutputLine => {
        const value = (key: keyof Line | 'load') => num(answer, `${key}${line}`);
        const values: OutputLine = {
            frequency: plausible('frequency', value('frequency')),
            voltage: plausible('acVoltage', value('voltage')),
            current: plausible('current', value('current')),
            power: plausible('power', value('power')),
            load: plausible('load', value('load')),
        };
        return Object.fromEntries(Object.entries(values).filter(([, number]) => number !== undefined));
    });
    const last = lines.findLastIndex((line) => Object.keys(line).length > 0);
    return lines.slice(0, last + 1);
}

function environmentOf(answer: Answer): Environment {
    const relays = [1, 2, 3, 4].flatMap((relay) => {
        const state = num(answer, `relay${relay}`);
        return state === undefined ? [] : [[`relay${relay}`, state === 1] as const];
    });
    return {
        temperature: plausible('temperature', num(answer, 'temperature')),
        humidity: plausible('humidity', num(answer, 'humidity')),
        ...(relays.length ? { contacts: Object.fromEntries(relays) } : {}),
    };
}

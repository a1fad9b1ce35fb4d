import type { UpsCommand } from '../../../core/driver';
import { inRange, integer, LARGEST_INTEGER, oidOf, text, ticks } from '../object-makers';
import type { ServedObject, WireValue } from '../object-tree';
import { commands, round, setChoice, setNumber, setting, UPS, type ObjectSource } from './source';

const TESTS = `${UPS}.7.7`;
const TEST_SUMMARY = { passed: 1, warning: 2, failed: 3, aborted: 4, 'in-progress': 5, none: 6 } as const;
const AUDIBLE = ['disabled', 'enabled', 'muted'] as const;
const SHUTDOWN_TYPES = ['output', 'system'] as const;
/** RFC 1628, upsWellKnownTests, by their last arc. */
const NO_TEST = 1;
const ABORT_TEST = 2;
const TEST_COMMANDS: Readonly<Record<number, UpsCommand & { type: 'test' }>> = {
    [ABORT_TEST]: { type: 'test', test: 'abort' },
    3: { type: 'test', test: 'self' },
    4: { type: 'test', test: 'quick' },
    5: { type: 'test', test: 'full' },
};
/** RFC 1628: upsRebootWithDuration, s. */
const LONGEST_REBOOT = 300;

export function testGroup(source: ObjectSource): ServedObject[] {
    const { state } = source;
    const result = () => source.served().status?.test;
    const times = () => {
        const test = result();
        return test ? source.testTimes(test) : {};
    };
    const start = commands(
        source,
        (value) => testArc(value) !== undefined,
        (value) => TEST_COMMANDS[testArc(value) ?? NO_TEST],
    );
    return [
        oidOf(`${UPS}.7.1.0`, () => (result() ? `${TESTS}.${state.testId}` : undefined), {
            check: (value) => {
                const running = result()?.result === 'in-progress';
                return (
                    start.check(value) ?? (running && testArc(value) !== ABORT_TEST ? 'inconsistent-value' : undefined)
                );
            },
            apply: (value) => {
                start.apply(value);
                state.testId = testArc(value) ?? NO_TEST;
            },
        }),
        integer(`${UPS}.7.2.0`, () => state.spinLock, {
            // TestAndIncr (RFC 2579): a SET must contain the present value.
            check: (value) => (value === state.spinLock ? undefined : 'inconsistent-value'),
            apply: () => (state.spinLock = state.spinLock === LARGEST_INTEGER ? 0 : state.spinLock + 1),
        }),
        integer(`${UPS}.7.3.0`, () => {
            const told = result()?.result;
            return told && TEST_SUMMARY[told];
        }),
        text(`${UPS}.7.4.0`, () => result()?.detail),
        ticks(`${UPS}.7.5.0`, () => times().started),
        integer(`${UPS}.7.6.0`, () => times().elapsed),
    ];
}

export function controlGroup(source: ObjectSource): ServedObject[] {
    const { state } = source;
    const delay = (name: string) => () => {
        const left = setting(source, name);
        return left === undefined ? undefined : Number(left);
    };
    const shutdownDelay = () => {
        const { status } = source.served();
        const left = delay('upsShutdownAfterDelay')();
        if (left !== undefined || !status?.alarms) return left;
        // RFC 1628: -1 means that no countdown runs. A device without the object says so by its alarms.
        const pending = status.alarms.some((alarm) => alarm === 'shutdown-pending' || alarm === 'shutdown-imminent');
        return pending ? undefined : -1;
    };
    const scope = () => {
        const type = source.chosen?.('upsShutdownType') ?? setting(source, 'upsShutdownType') ?? state.shutdownType;
        return type === 'system' ? 'system' : 'output';
    };
    const shutdownType = setChoice(source, 'upsShutdownType', SHUTDOWN_TYPES);
    const isDelay = (max: number) => (value: WireValue) => inRange(value, -1, max);
    const starting = (max: number, start: (seconds: number) => UpsCommand): ServedObject['write'] => {
        const started = commands(source, isDelay(max), (value) => start(Number(value)));
        return {
            check: (value) => {
                if (!isDelay(max)(value)) return 'wrong-value';
                if (Number(value) >= 0) return started.check(value);
                return source.abortStartup ? undefined : 'inconsistent-value';
            },
            apply: (value) => (Number(value) < 0 ? source.abortStartup?.() : started.apply(value)),
        };
    };
    return [
        integer(`${UPS}.8.1.0`, () => SHUTDOWN_TYPES.indexOf(scope()) + 1, {
            check: (value) => (inRange(value, 1, SHUTDOWN_TYPES.length) ? undefined : 'wrong-value'),
            apply: (value) => {
                if (setting(source, 'upsShutdownType') !== undefined) shutdownType.apply(value);
                else state.shutdownType = SHUTDOWN_TYPES[Number(value) - 1] ?? 'output';
            },
        }),
        integer(
            `${UPS}.8.2.0`,
            shutdownDelay,
            commands(source, isDelay(LARGEST_INTEGER), (value) =>
                Number(value) < 0
                    ? { type: 'abort-shutdown' }
                    : { type: 'shutdown', seconds: Number(value), scope: scope() },
            ),
        ),
        integer(
            `${UPS}.8.3.0`,
            delay('upsStartupAfterDelay'),
            starting(LARGEST_INTEGER, (seconds) => ({ type: 'startup', seconds })),
        ),
        integer(
            `${UPS}.8.4.0`,
            delay('upsRebootWithDuration'),
            starting(LONGEST_REBOOT, (seconds) => ({ type: 'reboot', seconds })),
        ),
        integer(
            `${UPS}.8.5.0`,
            () => {
                const on = setting(source, 'upsAutoRestart');
                return on === undefined ? undefined : on === false ? 2 : 1;
            },
            commands(
                source,
                (value) => inRange(value, 1, 2),
                (value) => ({ type: 'auto-restart', on: value === 1 }),
            ),
        ),
    ];
}

export function configGroup(source: ObjectSource): ServedObject[] {
    const value =
        (name: string, scale = 1, otherwise: () => number | undefined = () => undefined) =>
        () => {
            const known = setting(source, name);
            return round(known === undefined ? otherwise() : Number(known), scale);
        };
    const nominalInput = () => source.served().status?.input.nominalVoltage;
    const nominal = value('upsConfigInputVoltage', 1, nominalInput);
    const around = (bounds: (volts: number) => [number, number]) => () => {
        const volts = nominal();
        return volts === undefined ? undefined : bounds(volts);
    };
    return [
        // The conformance statement of RFC 1628 allows these four to be read-only.
        integer(`${UPS}.9.1.0`, nominal),
        integer(`${UPS}.9.2.0`, value('upsConfigInputFreq', 10)),
        integer(`${UPS}.9.3.0`, value('upsConfigOutputVoltage')),
        integer(`${UPS}.9.4.0`, value('upsConfigOutputFreq', 10)),
        integer(`${UPS}.9.5.0`, value('upsConfigOutputVA')),
        integer(`${UPS}.9.6.0`, value('upsConfigOutputPower')),
        integer(
            `${UPS}.9.7.0`,
            value('upsConfigLowBattTime', 1, () => source.served().status?.battery.lowMinutes),
            setNumber(source, 'upsConfigLowBattTime', () => [0, 100_000]),
        ),
        integer(
            `${UPS}.9.8.0`,
            () => {
                const now = setting(source, 'upsConfigAudibleStatus');
                return now === undefined ? undefined : AUDIBLE.findIndex((status) => status === now) + 1;
            },
            setChoice(source, 'upsConfigAudibleStatus', AUDIBLE),
        ),
        integer(
            `${UPS}.9.9.0`,
            value('upsConfigLowVoltageTransferPoint'),
            setNumber(
                source,
                'upsConfigLowVoltageTransferPoint',
                around((volts) => [0, volts]),
            ),
        ),
        integer(
            `${UPS}.9.10.0`,
            value('upsConfigHighVoltageTransferPoint'),
            setNumber(
                source,
                'upsConfigHighVoltageTransferPoint',
                around((volts) => [volts, 1000]),
            ),
        ),
    ];
}

function testArc(value: WireValue): number | undefined {
    const told = String(value);
    if (!told.startsWith(`${TESTS}.`)) return undefined;
    const arc = Number(told.slice(TESTS.length + 1));
    return arc >= NO_TEST && arc <= 5 ? arc : undefined;
}

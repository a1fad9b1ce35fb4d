import type { UpsCommand } from '../../lib/core/driver';
import { inRange, integer, LARGEST_INTEGER, oidOf, text, ticks } from '../shared/snmp/object-makers';
import type { ServedObject, WireValue } from '../shared/snmp/object-tree';
import { round, setChoice, setNumber, setting, UPS, type ObjectSource } from './object-makers';

const TESTS = `${UPS}.7.7`;
const TEST_SUMMARY = { passed: 1, warning: 2, failed: 3, aborted: 4, 'in-progress': 5, none: 6 } as const;
const AUDIBLE = ['disabled', 'enabled', 'muted'] as const;
const SHUTDOWN_TYPES = ['output', 'system'] as const;
/** RFC 1628, upsWellKnownTests, by their last arc. */
const NO_TEST = 1;
const ABORT_TEST = 2;
const TEST_COMMANDS: Readonly<Record<number, UpsCommand & { type: 'test' }>> = {
    3: { type: 'test', test: 'self' },
    4: { type: 'test', test: 'quick' },
    5: { type: 'test', test: 'full' },
};

export function testGroup(source: ObjectSource): ServedObject[] {
    const { test } = source;
    const result = () => source.reading().test ?? {};
    const elapsed = () => {
        if (test.id === NO_TEST) return 0;
        return Math.round((test.endedAt ?? source.upTime()) - test.startedAt);
    };
    return [
        oidOf(`${UPS}.7.1.0`, () => `${TESTS}.${test.id}`, {
            check: (value) => {
                const arc = testArc(value);
                if (arc === undefined) return 'wrong-value';
                const running = result().result === 'in-progress';
                return running && arc !== ABORT_TEST ? 'inconsistent-value' : undefined;
            },
            apply: (value) => {
                const arc = testArc(value);
                if (arc === ABORT_TEST) source.execute({ type: 'test', test: 'abort' });
                const command = TEST_COMMANDS[arc ?? NO_TEST];
                if (command) source.execute(command);
                test.id = arc ?? NO_TEST;
            },
        }),
        integer(`${UPS}.7.2.0`, () => test.spinLock, {
            // TestAndIncr (RFC 1903): a SET must contain the present value.
            check: (value) => (value === test.spinLock ? undefined : 'inconsistent-value'),
            apply: () => (test.spinLock = test.spinLock === LARGEST_INTEGER ? 0 : test.spinLock + 1),
        }),
        integer(`${UPS}.7.3.0`, () => TEST_SUMMARY[result().result ?? 'none']),
        text(`${UPS}.7.4.0`, () => result().detail ?? ''),
        ticks(`${UPS}.7.5.0`, () => test.startedAt),
        integer(`${UPS}.7.6.0`, elapsed),
    ];
}

export function controlGroup(source: ObjectSource): ServedObject[] {
    const delay = (name: string) => () => Number(setting(source, name) ?? -1);
    const countdown = (max: number, start: (seconds: number) => UpsCommand, abort: () => void) => ({
        check: (value: WireValue) => (inRange(value, -1, max) ? undefined : ('wrong-value' as const)),
        apply: (value: WireValue) => (Number(value) < 0 ? abort() : source.execute(start(Number(value)))),
    });
    const scope = () => (setting(source, 'upsShutdownType') === 'system' ? 'system' : 'output');
    return [
        integer(
            `${UPS}.8.1.0`,
            () => SHUTDOWN_TYPES.indexOf(scope()) + 1,
            setChoice(source, 'upsShutdownType', SHUTDOWN_TYPES),
        ),
        integer(
            `${UPS}.8.2.0`,
            delay('upsShutdownAfterDelay'),
            countdown(
                LARGEST_INTEGER,
                (seconds) => ({ type: 'shutdown', seconds, scope: scope() }),
                () => source.execute({ type: 'abort-shutdown' }),
            ),
        ),
        integer(
            `${UPS}.8.3.0`,
            delay('upsStartupAfterDelay'),
            countdown(LARGEST_INTEGER, (seconds) => ({ type: 'startup', seconds }), source.abortStartup),
        ),
        integer(
            `${UPS}.8.4.0`,
            delay('upsRebootWithDuration'),
            countdown(300, (seconds) => ({ type: 'reboot', seconds }), source.abortStartup),
        ),
        integer(`${UPS}.8.5.0`, () => (setting(source, 'upsAutoRestart') === false ? 2 : 1), {
            check: (value) => (inRange(value, 1, 2) ? undefined : 'wrong-value'),
            apply: (value) => source.execute({ type: 'auto-restart', on: value === 1 }),
        }),
    ];
}

export function configGroup(source: ObjectSource): ServedObject[] {
    const value = (name: string, scale = 1) => {
        return () => round(Number(setting(source, name) ?? 0), scale);
    };
    const nominal = Number(setting(source, 'upsConfigInputVoltage') ?? 0);
    return [
        // The conformance statement of RFC 1628 allows these four to be read-only.
        integer(`${UPS}.9.1.0`, value('upsConfigInputVoltage')),
        integer(`${UPS}.9.2.0`, value('upsConfigInputFreq', 10)),
        integer(`${UPS}.9.3.0`, value('upsConfigOutputVoltage')),
        integer(`${UPS}.9.4.0`, value('upsConfigOutputFreq', 10)),
        integer(`${UPS}.9.5.0`, value('upsConfigOutputVA')),
        integer(`${UPS}.9.6.0`, value('upsConfigOutputPower')),
        integer(`${UPS}.9.7.0`, value('upsConfigLowBattTime'), setNumber(source, 'upsConfigLowBattTime', 0, 100_000)),
        integer(
            `${UPS}.9.8.0`,
            () => AUDIBLE.findIndex((status) => status === setting(source, 'upsConfigAudibleStatus')) + 1,
            setChoice(source, 'upsConfigAudibleStatus', AUDIBLE),
        ),
        integer(
            `${UPS}.9.9.0`,
            value('upsConfigLowVoltageTransferPoint'),
            setNumber(source, 'upsConfigLowVoltageTransferPoint', 0, nominal),
        ),
        integer(
            `${UPS}.9.10.0`,
            value('upsConfigHighVoltageTransferPoint'),
            setNumber(source, 'upsConfigHighVoltageTransferPoint', nominal, 1000),
        ),
    ];
}

function testArc(value: WireValue): number | undefined {
    const text = String(value);
    if (!text.startsWith(`${TESTS}.`)) return undefined;
    const arc = Number(text.slice(TESTS.length + 1));
    return arc >= NO_TEST && arc <= 5 ? arc : undefined;
}

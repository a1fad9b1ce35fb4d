import type { CommandResult, UpsCommand } from '../../core/driver';
import { reasonFor, UpsError } from '../../core/errors';
import { inRow, said, type Told } from '../../core/language/sentence';
import { SCALARS, TEST_IDS, type ScalarName } from './oids';
import { SETTINGS } from './settings';
import { toUpsError } from './refusals';
import { SnmpError, type SnmpSetVarbind, type SnmpTransport, type SnmpValue } from './transport';
import { rawNumber, readOid } from './values';

type TestKind = Extract<UpsCommand, { type: 'test' }>['test'];

/** upsWellKnownTests by common name; RFC 1628 has no test of a chosen duration. */
const TESTS: Readonly<Partial<Record<TestKind, string>>> = {
    quick: TEST_IDS.quickBatteryTest,
    // RFC 1628 has no plain battery test: the quick battery test is the nearest [inferred].
    battery: TEST_IDS.quickBatteryTest,
    full: TEST_IDS.deepBatteryCalibration,
    self: TEST_IDS.generalSystemsTest,
    abort: TEST_IDS.abortTestInProgress,
};
const IN_PROGRESS = 5;
/** RFC 1628, upsOutputSource */
const OUTPUT_NONE = 2;
const SPIN_LOCK_ATTEMPTS = 3;
const LONGEST_DELAY = 2 ** 31 - 1;
/** RFC 1628: upsRebootWithDuration INTEGER (-1..300) */
const LONGEST_REBOOT = 300;
const NO_SCOPE = said('snmp.noScope');
const BUZZER = { off: 1, on: 2, mute: 3 } as const;

const integer = (name: ScalarName, value: number): SnmpSetVarbind => ({ oid: SCALARS[name], type: 'integer', value });

/** The objects of a card as far as they were read. */
export interface KnownObjects {
    readonly values: ReadonlyMap<string, SnmpValue>;
    /** The card was asked for the object and does not have it. */
    lacks(oid: string): boolean;
}

/** Commands by the upsControl, upsTest and upsConfig groups of RFC 1628. The driver runs one command at a time. */
export class SnmpCommands {
    constructor(
        private readonly host: string,
        private readonly transport: SnmpTransport,
        private readonly card: KnownObjects,
    ) {}

    /** False if the card lacks one of the objects that the command needs. Objects that were never requested count as present. */
    supports(command: UpsCommand): boolean {
        const needed = this.objects(command);
        return needed !== undefined && needed.every((name) => !this.card.lacks(SCALARS[name]));
    }

    /** @throws UpsError not-supported, out-of-range, device-silent, device-refused, access-denied */
    async execute(command: UpsCommand): Promise<CommandResult> {
        if (!this.supports(command)) throw this.unsupported(command);
        const run = this.prepare(command);
        try {
            // A card may have dropped the first request for an object: ask again before use.
            for (const name of this.objects(command) ?? []) {
                if (!(await this.has(name))) throw this.unsupported(command);
            }
            return await run();
        } catch (error) {
            throw error instanceof UpsError ? error : toUpsError(error, this.host, command.type);
        }
    }

    /** Seconds left of upsShutdownAfterDelay, 0 when no countdown runs; undefined if the card lacks the object. @throws UpsError */
    async shutdownCountdown(): Promise<number | undefined> {
        try {
            if (!(await this.has('upsShutdownAfterDelay'))) return undefined;
            const left = rawNumber(await this.readBack('upsShutdownAfterDelay'));
            return left === undefined ? undefined : Math.max(0, left);
        } catch (error) {
            throw toUpsError(error, this.host);
        }
    }

    private objects(command: UpsCommand): ScalarName[] | undefined {
        switch (command.type) {
            case 'shutdown':
                return command.restoreSeconds === undefined
                    ? ['upsShutdownAfterDelay']
                    : ['upsShutdownAfterDelay', 'upsStartupAfterDelay'];
            case 'abort-shutdown':
                return ['upsShutdownAfterDelay'];
            case 'startup':
                return ['upsStartupAfterDelay'];
            case 'reboot':
                return ['upsRebootWithDuration'];
            case 'auto-restart':
                return ['upsAutoRestart'];
            case 'test':
                return TESTS[command.test] ? ['upsTestId'] : undefined;
            case 'buzzer':
                return ['upsConfigAudibleStatus'];
            case 'set': {
                const setting = SETTINGS.find(({ name, write }) => name === command.setting && write);
                return setting && [setting.name];
            }
            case 'outlet':
            case 'latch-reset':
                return undefined;
        }
    }

    /** Checks all parameters before anything is sent. */
    private prepare(command: UpsCommand): () => Promise<CommandResult> {
        switch (command.type) {
            case 'shutdown': {
                const seconds = checked('seconds', command.seconds, 0, LONGEST_DELAY);
                const restore = command.restoreSeconds;
                if (restore !== undefined) checked('restoreSeconds', restore, 0, LONGEST_DELAY - seconds);
                return () => this.shutdown(seconds, restore, command.scope);
            }
            case 'abort-shutdown':
                return () => this.abortShutdown();
            case 'startup': {
                const seconds = checked('seconds', command.seconds, 0, LONGEST_DELAY);
                return () => this.countDown('upsStartupAfterDelay', seconds);
            }
            case 'reboot': {
                const seconds = checked('seconds', command.seconds, 0, LONGEST_REBOOT);
                return () => this.countDown('upsRebootWithDuration', seconds);
            }
            case 'auto-restart':
                return () => this.write('upsAutoRestart', command.on ? 1 : 2);
            case 'test':
                return () => this.test(command.test, TESTS[command.test]!);
            case 'buzzer':
                return () => this.write('upsConfigAudibleStatus', BUZZER[command.state]);
            case 'set':
                return this.setting(command);
            case 'outlet':
            case 'latch-reset':
                throw this.unsupported(command);
        }
    }

    private setting(command: Extract<UpsCommand, { type: 'set' }>): () => Promise<CommandResult> {
        const setting = SETTINGS.find(({ name }) => name === command.setting)!;
        const checkedValue = setting.write!(command.value, this.card.values);
        if ('min' in checkedValue) {
            const { min, max } = checkedValue;
            throw new UpsError('out-of-range', { property: command.setting, value: command.value, min, max });
        }
        return () => this.write(setting.name, checkedValue.raw);
    }

    /**
     * Sets type and start-up first: after the last SET the card itself may lose power. RFC 1628 counts upsStartupAfterDelay from
     * the moment of the SET, and delays the start until utility power is back; therefore the restore time is added to the
     * shutdown time.
     */
    private async shutdown(
        seconds: number,
        restoreSeconds: number | undefined,
        scope: 'output' | 'system',
    ): Promise<CommandResult> {
        const type = scope === 'output' ? 1 : 2;
        const chosen = await this.has('upsShutdownType');
        if (chosen && !(await this.reads('upsShutdownType', type))) {
            await this.transport.set([integer('upsShutdownType', type)]);
            if (!(await this.reads('upsShutdownType', type))) {
                throw new UpsError('device-refused', {
                    host: this.host,
                    reason: said(`snmp.noShutdown.${scope}`),
                });
            }
        }
        const undo = restoreSeconds === undefined ? undefined : await this.prepareRestore(seconds + restoreSeconds);
        try {
            const result = await this.countDown('upsShutdownAfterDelay', seconds);
            return chosen
                ? result
                : { ...result, detail: inRow(result.detail === undefined ? [NO_SCOPE] : [NO_SCOPE, result.detail]) };
        } catch (error) {
            // The card refused the shutdown. The start-up must be undone: it would switch on an output that was switched off on
            // purpose.
            if (error instanceof SnmpError && error.kind === 'refused') await undo?.();
            throw error;
        }
    }

    /** Sets upsStartupAfterDelay, and upsAutoRestart if the card has it. Returns a function that restores the former values. */
    private async prepareRestore(startupSeconds: number): Promise<() => Promise<void>> {
        const before: SnmpSetVarbind[] = [];
        const undo = async () => {
            // A failure of the undo is ignored: the error of the shutdown is the one to report.
            for (const varbind of before) await this.transport.set([varbind]).catch(() => undefined);
        };
        const change = async (name: ScalarName, value: number) => {
            const was = rawNumber(await this.readBack(name));
            await this.transport.set([integer(name, value)]);
            if (was !== undefined) before.unshift(integer(name, was));
        };
        try {
            if (await this.has('upsAutoRestart')) await change('upsAutoRestart', 1);
            await change('upsStartupAfterDelay', startupSeconds);
        } catch (error) {
            await undo();
            throw error;
        }
        return undo;
    }

    private async abortShutdown(): Promise<CommandResult> {
        await this.transport.set([integer('upsShutdownAfterDelay', -1)]);
        // If the output is already off, the pending start-up will switch it on again: leave it.
        const off = (await this.has('upsOutputSource')) && (await this.reads('upsOutputSource', OUTPUT_NONE));
        if (!off && (await this.has('upsStartupAfterDelay')) && !(await this.reads('upsStartupAfterDelay', -1))) {
            await this.transport.set([integer('upsStartupAfterDelay', -1)]);
        }
        // RFC 1628 reports -1 when no countdown runs; some cards report 0.
        return this.confirm(async () => {
            const left = rawNumber(await this.readBack('upsShutdownAfterDelay'));
            return left !== undefined && left <= 0;
        }, said('order.stillRuns'));
    }

    /** A running countdown confirms the command. A countdown of 0 s is over before it can be read. */
    private async countDown(name: ScalarName, seconds: number): Promise<CommandResult> {
        await this.transport.set([integer(name, seconds)]);
        if (seconds === 0) return { confirmed: false, detail: said('snmp.atOnce') };
        return this.confirm(async () => {
            const left = rawNumber(await this.readBack(name));
            return left !== undefined && left >= 0 && left <= seconds;
        }, said('snmp.noCountdown'));
    }

    private async write(name: ScalarName, raw: number): Promise<CommandResult> {
        await this.transport.set([integer(name, raw)]);
        return this.confirm(() => this.reads(name, raw), said('snmp.otherwise'));
    }

    /**
     * RFC 1628, upsTestSpinLock: read the lock, check that no test runs, then set lock and test in one PDU, lock first. If the
     * SET of the lock fails, another manager was faster: start again. Cards without a lock get the test alone [inferred].
     */
    private async test(kind: TestKind, testId: string): Promise<CommandResult> {
        for (let attempt = 1; ; attempt++) {
            const [lock, result] = await this.lockAndResult();
            if (kind !== 'abort' && result === IN_PROGRESS) {
                throw new UpsError('device-refused', { host: this.host, reason: said('snmp.testRuns') });
            }
            const start: SnmpSetVarbind = { oid: SCALARS.upsTestId, type: 'oid', value: testId };
            try {
                await this.transport.set(lock === undefined ? [start] : [integer('upsTestSpinLock', lock), start]);
                break;
            } catch (error) {
                if (!(error instanceof SnmpError) || error.kind !== 'refused') throw error;
                const lockFailed = error.oid === SCALARS.upsTestSpinLock || error.status === 'inconsistentValue';
                if (lockFailed && attempt < SPIN_LOCK_ATTEMPTS) continue;
                if (lockFailed) throw error;
                throw new UpsError('not-supported', { device: this.host, command: `test ${kind}` }, { cause: error });
            }
        }
        return this.confirm(async () => {
            const running = (await this.lockAndResult())[1] === IN_PROGRESS;
            if (kind === 'abort') return !running;
            return running || readOid(await this.readBack('upsTestId')) === testId;
        }, said('snmp.noTest'));
    }

    private async lockAndResult(): Promise<[number | undefined, number | undefined]> {
        const names: ScalarName[] = ['upsTestSpinLock', 'upsTestResultsSummary'];
        const present: ScalarName[] = [];
        for (const name of names) if (await this.has(name)) present.push(name);
        if (present.length === 0) return [undefined, undefined];
        const answers = await this.transport.get(present.map((name) => SCALARS[name]));
        const read = (name: ScalarName) => rawNumber(answers.find(({ oid }) => oid === SCALARS[name])?.value);
        return [read('upsTestSpinLock'), read('upsTestResultsSummary')];
    }

    /** Whether the card has the object: from the last reading, or by a request if the reading does not tell. */
    private async has(name: ScalarName): Promise<boolean> {
        const oid = SCALARS[name];
        if (this.card.values.has(oid)) return true;
        if (this.card.lacks(oid)) return false;
        try {
            return (await this.readBack(name)) !== undefined;
        } catch (error) {
            if (error instanceof SnmpError && error.status === 'noSuchName') return false;
            throw error;
        }
    }

    private async reads(name: ScalarName, raw: number): Promise<boolean> {
        return rawNumber(await this.readBack(name)) === raw;
    }

    private async readBack(name: ScalarName): Promise<SnmpValue> {
        return (await this.transport.get([SCALARS[name]]))[0]?.value;
    }

    /** Reads back the result. The card has already accepted the command: a failed read makes it unconfirmed, not failed. */
    private async confirm(look: () => Promise<boolean>, otherwise: Told): Promise<CommandResult> {
        try {
            return (await look()) ? { confirmed: true } : { confirmed: false, detail: otherwise };
        } catch (error) {
            return {
                confirmed: false,
                detail: said('snmp.unread', { why: reasonFor(toUpsError(error, this.host)) }),
            };
        }
    }

    private unsupported(command: UpsCommand): UpsError {
        const name =
            command.type === 'test' ? `test ${command.test}` : command.type === 'set' ? command.setting : command.type;
        return new UpsError('not-supported', { device: this.host, command: name });
    }
}

function checked(property: string, value: number, min: number, max: number): number {
    if (!Number.isInteger(value) || value < min || value > max) {
        throw new UpsError('out-of-range', { property, value, min, max });
    }
    return value;
}

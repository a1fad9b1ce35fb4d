import type { CommandResult, DriverEvents, RawItem, SettingInfo, UpsCommand, UpsDriver } from '../../core/driver';
import { SupplyMemory } from './supply-memory';
import type { SupplyRule } from './supply-rule';

/** A driver whose readings say, by the rule for supplies, what the mains and the battery are doing. All else is that of the driver. */
export class SupplyDriver implements UpsDriver {
    /** @param outagesUnseen no value that is read would show an outage */
    constructor(
        readonly inner: UpsDriver,
        private readonly rule: SupplyRule,
        readonly outagesUnseen: boolean,
    ) {}

    start(events: DriverEvents): void {
        const memory = events.memory && new SupplyMemory(events.memory);
        if (memory) this.rule.begin(memory.sides);
        this.inner.start({
            memory,
            status: (reading, further) => {
                const judged = this.rule.judge(reading);
                memory?.keepSides(this.rule.sides);
                events.status(judged, further);
            },
            state: (state) => events.state(state),
        });
    }

    pollNow(): void {
        this.inner.pollNow();
    }

    setUrgent(urgent: boolean): void {
        this.inner.setUrgent(urgent);
    }

    supports(command: UpsCommand): boolean {
        return this.inner.supports(command);
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        return this.inner.execute(command);
    }

    settingsInfo(): Record<string, SettingInfo> {
        return this.inner.settingsInfo?.() ?? {};
    }

    channelStates(name: string): readonly string[] | undefined {
        return this.inner.channelStates?.(name);
    }

    rawItems(): Readonly<Record<string, RawItem>> | undefined {
        return this.inner.rawItems?.();
    }

    stop(): Promise<void> {
        return this.inner.stop();
    }
}

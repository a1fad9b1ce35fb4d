import type { DriverMemory, SettingInfo } from '../../core/driver';
import { mainsTold } from '../../core/events/mains-evidence';
import type { PartialStatus } from '../../core/status/status';
import { CardDialect } from './card-dialect';
import { CardReader } from './card-reader';
import { SnmpCommands } from './commands';
import { decode, isUpsReading } from './decode';
import { LearnedDevice } from './learned-device';
import { settingsInfo } from './settings';
import type { SnmpTransport } from './transport';

export const RFC1628 = 'rfc1628';

/** The objects of RFC 1628, with what GENEREX adds to them. */
export class Rfc1628Dialect extends CardDialect {
    readonly id = RFC1628;
    protected readonly card: CardReader;
    protected readonly commands: SnmpCommands;
    private readonly learned = new LearnedDevice();

    /**
     * @param now epoch ms
     * @param onDecisive called as soon as the objects that decide on events are read
     */
    constructor(
        host: string,
        transport: SnmpTransport,
        private readonly now: () => number,
        onDecisive: () => void,
    ) {
        super();
        this.card = new CardReader(transport, now, onDecisive);
        this.commands = new SnmpCommands(host, transport, this.card);
    }

    /** Loads what a former process has learned of the card. */
    begin(memory: DriverMemory | undefined): void {
        this.learned.begin(memory);
    }

    get alarmsRead(): boolean {
        return this.card.alarmsRead;
    }

    get hasReading(): boolean {
        return isUpsReading(decode(this.card.values, this.now()).status);
    }

    get mainsTold(): 0 | 1 | 2 {
        return mainsTold(decode(this.card.values, this.now()).status);
    }

    get since(): number | undefined {
        return this.learned.decoder.since;
    }

    discover(): Promise<void> {
        return this.card.discover(this.learned.agent);
    }

    readFast(): Promise<void> {
        return this.card.readFast(this.learned.decoder.alarmTable === true);
    }

    status(alarmsUnread: boolean): PartialStatus | undefined {
        // Another card at this address: forget what was learned of the former one.
        if (!this.learned.isOf(this.agent)) this.learned.forget();
        const before = this.learned.decoder;
        const { status, memory } = decode(
            this.card.values,
            this.card.decisiveAt ?? this.now(),
            { ...before, alarmTable: before.alarmTable || this.card.hasAlarmTable },
            { alarmsUnread },
        );
        if (!isUpsReading(status)) return undefined;
        this.learned.keep(this.agent, memory, this.card.memory);
        return status;
    }

    shutdownCountdown(): Promise<number | undefined> {
        return this.commands.shutdownCountdown();
    }

    settingsInfo(): Record<string, SettingInfo> {
        return settingsInfo(this.card.values);
    }
}

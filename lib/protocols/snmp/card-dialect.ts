import type { CommandResult, SettingInfo, UpsCommand } from '../../core/driver';
import type { PartialStatus } from '../../core/status/status';
import type { Dialect } from './dialect';
import { SYS_OBJECT_ID } from './oids';
import type { SnmpValue } from './transport';

/** What reads a card, in its order. */
interface Card {
    readonly values: ReadonlyMap<string, SnmpValue>;
    readonly known: boolean;
    readonly decisiveAt?: number;
    readonly needsRetrySoon: boolean;
    refreshStep(): Promise<boolean>;
    forgetAll(): void;
    forgetMissing(): void;
}

/** What every dialect passes on to the reader of its card, and to its commands. */
export abstract class CardDialect implements Dialect {
    abstract readonly id: string;
    abstract readonly alarmsRead: boolean;
    abstract readonly hasReading: boolean;
    abstract readonly mainsTold: 0 | 1 | 2;
    abstract readonly since: number | undefined;
    protected abstract readonly card: Card;
    protected abstract readonly commands: Pick<Dialect, 'supports' | 'execute'>;

    get known(): boolean {
        return this.card.known;
    }

    get decisiveAt(): number | undefined {
        return this.card.decisiveAt;
    }

    get needsRetrySoon(): boolean {
        return this.card.needsRetrySoon;
    }

    get agent(): string {
        return String(this.card.values.get(SYS_OBJECT_ID) ?? '');
    }

    abstract discover(): Promise<void>;
    abstract readFast(): Promise<void>;
    abstract status(alarmsUnread: boolean): PartialStatus | undefined;
    abstract shutdownCountdown(): Promise<number | undefined>;
    abstract settingsInfo(): Record<string, SettingInfo>;

    refreshStep(): Promise<boolean> {
        return this.card.refreshStep();
    }

    forgetAll(): void {
        this.card.forgetAll();
    }

    forgetMissing(): void {
        this.card.forgetMissing();
    }

    supports(command: UpsCommand): boolean {
        return this.commands.supports(command);
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        return this.commands.execute(command);
    }
}

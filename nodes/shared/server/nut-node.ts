import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { said, type Sentence, type SentenceData } from '../../../lib/core/language/sentence';
import type { ServedUps } from '../../../lib/core/served/served-ups';
import type { SettingsOf } from '../../../lib/core/settings';
import type { ForcedShutdowns } from '../../../lib/protocols/nut-server/forced-shutdowns';
import type {
    NutAlias,
    NutServing,
    NutWrite,
    NutWriter,
    RefusedBecause,
} from '../../../lib/protocols/nut-server/serving';
import type { NutUsers } from '../../../lib/protocols/nut-server/users';
import { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import type { AllowedSenders } from '../../../lib/protocols/shared/senders';
import { noteCommand } from '../api/command-log';
import { nutServer } from '../device/protocols';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { carryOutFor, servedMember, setFor, type ServedMember } from './served-member';
import { servedOf } from './served-of';
import { packageVersion } from '../words/package-version';
import { wordsOf } from '../words/site-words';
import { passwordOf, type settings } from '../../servers/ups-nut-server.settings';

export type Own = SettingsOf<typeof settings>;

export const sentence = (key: string, data?: SentenceData): Sentence => ({ key: `ups-nut-server.said.${key}`, data });

/** What one node serves, from its settings; made anew by each deploy. */
export class NutNode implements NutServing {
    readonly version = `Ridethrough ${packageVersion()}`;
    readonly users: NutUsers;
    readonly mostClients: number;
    readonly requireTls: boolean;
    readonly loginToRead: boolean;
    readonly forced: ForcedShutdowns;
    private readonly senders: AllowedSenders;
    private readonly aliases = new Map<string, NutAlias>();
    /** Names that one client gets in place of what it asks for, by address and name in lower case. */
    private readonly views: { senders: AllowedSenders; asks: string; gets: string }[];
    private readonly refusals: RefusalGate;
    /** Of its own: a wrong password must not hide that the same client is cut off. */
    private readonly denials: RefusalGate;
    private readonly toldBefore = new Map<string, boolean>();
    private closed = false;

    /** @throws UpsError config-invalid */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly own: Own,
        private readonly site: SiteRuntime | undefined,
        changed: () => void,
    ) {
        const { AllowedSenders: Senders, ForcedShutdowns: Forced, NutUsers: Users } = nutServer();
        ({ mostClients: this.mostClients, loginToRead: this.loginToRead } = own);
        this.requireTls = own.tls !== '' && own.requireTls;
        const { clock, registry } = flowOf(RED);
        this.senders = new Senders(own.clients);
        this.refusals = new RefusalGate(clock);
        this.denials = new RefusalGate(clock);
        this.forced = new Forced(node.id, clock, site?.store ?? registry.memoryJournal, changed);
        this.users = new Users(
            own.accounts.map(({ name, role, names, commands, variables, slot }, row) => ({
                ...{ name, role, names, commands, variables },
                password: passwordOf(own as never, slot, row),
            })),
        );
        this.views = own.views.map(({ clients, asks, gets }) => ({
            senders: new Senders(clients),
            asks: asks.toLowerCase(),
            gets: gets.toLowerCase(),
        }));
        for (const row of own.serves) this.aliases.set(row.name.toLowerCase(), this.makeAlias(row));
    }

    /** What clients ask for from now on is answered from memory, and nothing is written any more. */
    close(): void {
        for (const { name, ups } of this.own.serves) this.isForced(name, ups, this.served(ups));
        this.closed = true;
        this.forced.close();
    }

    get names(): string[] {
        return [...this.aliases.values()].map(({ name }) => name);
    }

    /** The ids of all UPSs that it serves, each with the names of it. */
    unitIds(): string[] {
        return [...new Set(this.own.serves.flatMap(({ ups }) => this.member(ups)?.unit.id ?? []))];
    }

    allows(address: string): boolean {
        return this.senders.allows(address);
    }

    alias(name: string, address: string): NutAlias | undefined {
        const asked = name.toLowerCase();
        const view = this.views.find(({ asks, senders }) => asks === asked && senders.allows(address));
        return this.aliases.get(view?.gets ?? asked);
    }

    listed(address: string): [string, NutAlias][] {
        return [...this.aliases.values()].flatMap(({ name, listed }): [string, NutAlias][] => {
            const alias = listed ? this.alias(name, address) : undefined;
            return alias ? [[name, alias]] : [];
        });
    }

    denied(address: string, user: string, request: string): void {
        this.tell(this.denials, 'denied', { address, user: user || '-', request });
    }

    refused(address: string, reason: RefusedBecause): void {
        this.tell(this.refusals, `refused.${reason}`, { address });
    }

    /** Orders a shutdown of the clients of a name. @param by for people @throws UpsError no-such-name */
    order(name: string, by: string, byClient = false): void {
        const row = this.rowOf(name);
        const served = this.served(row.ups);
        this.forced.order(row.name, this.member(row.ups)?.unit.id ?? row.ups, served, by, byClient);
    }

    withdraw(name: string): boolean {
        return this.forced.withdraw(this.rowOf(name).name);
    }

    isOrdered(name: string): boolean {
        const row = this.rowOf(name);
        return this.forced.isOrdered(row.name, this.served(row.ups));
    }

    /** What came back with the mains: orders of its outage are over. */
    mainsAreBack(unitId: string): void {
        if (this.closed) return;
        for (const name of this.forced.mainsAreBack(unitId)) this.log('info', sentence('cleared', { name }));
    }

    allHaveLeft(name: string): void {
        if (this.closed || !this.forced.allHaveLeft(name)) return;
        this.log('info', sentence('allLeft', { name }));
    }

    log(level: 'info' | 'warning' | 'error', text: Sentence | string): void {
        if (this.closed) return;
        const { clock } = flowOf(this.RED);
        const words = wordsOf(this.RED, this.site);
        this.site?.store.append({
            at: clock.now(),
            kind: 'system',
            level,
            source: this.label,
            text: typeof text === 'string' ? text : words.sentence(text),
            nodeId: this.node.id,
        });
    }

    get label(): string {
        return this.node.name || `NUT :${this.own.port}`;
    }

    private rowOf(name: string): Own['serves'][number] {
        const row = this.own.serves.find((each) => each.name.toLowerCase() === name.toLowerCase());
        if (row) return row;
        const expected = this.names.join(', ');
        throw new UpsError('config-invalid', { property: 'names', value: name, expected });
    }

    private makeAlias({ name, ups, listed }: Own['serves'][number]): NutAlias {
        const { lowSeconds, writes } = this.own;
        return new (nutServer().ServedAlias)({
            ...{ name, listed, lowSeconds, writes },
            description: () => this.member(ups)?.unit.name ?? '',
            served: () => this.served(ups),
            unit: () => this.member(ups)?.unit,
            isForced: (served) => this.isForced(name, ups, served),
            write: (write, writer) => this.write(ups, write, writer),
            force: (writer) => this.force(name, ups, writer),
        });
    }

    /** While a deploy replaces this node, its clients hear what they have heard. In a dry run no order is told, also none from before it. */
    private isForced(name: string, ups: string, served: ServedUps | undefined): boolean {
        if (!this.forced.names.includes(name)) return false;
        if (!this.closed) this.toldBefore.set(name, !this.isDry(ups) && this.forced.isTold(name, served));
        return this.toldBefore.get(name) === true;
    }

    private isDry(ups: string): boolean {
        const { registry } = flowOf(this.RED);
        return this.member(ups)?.site?.dryRun ?? registry.isDryRun(undefined, this.own.site);
    }

    private member(ups: string): ServedMember | undefined {
        return servedMember(this.RED, ups);
    }

    private served(ups: string): ServedUps | undefined {
        return servedOf(this.RED, ups);
    }

    /** @throws UpsError; ApiError with the sentence of the failure, which is in the event log by then */
    private async write(ups: string, write: NutWrite, { user, address }: NutWriter): Promise<void> {
        const member = this.closed ? undefined : this.member(ups);
        if (!member) throw new UpsError('no-device', { ups });
        const who = this.who({ user, address });
        if ('command' in write) {
            await carryOutFor(this.RED, member, write.command, who);
            return;
        }
        const { setting, value } = write;
        const what = sentence('set', { ups: member.unit.name, setting, value: String(value) });
        await setFor(this.RED, member, { type: 'set', setting, value }, what, who);
    }

    /** FSD by a primary. In a dry run it is said, and not done. */
    private force(name: string, ups: string, writer: NutWriter): void {
        if (this.closed) throw new (nutServer().NutAnswer)('DRIVER-NOT-CONNECTED');
        const { unit, site = this.site } = this.member(ups) ?? {};
        const note = { who: this.who(writer), site, source: unit?.name ?? name, nodeId: this.node.id };
        const what = sentence('force', { name });
        if (this.isDry(ups)) {
            noteCommand(this.RED, { ...note, what, outcome: { dryRun: true } });
            return;
        }
        this.order(name, note.who, true);
        noteCommand(this.RED, { ...note, what, outcome: { result: said('result.confirmed') } });
    }

    private who({ user, address }: NutWriter): string {
        return `${user} (NUT, ${address})`;
    }

    /** Once a burst of an address. */
    private tell(gate: RefusalGate, key: string, data: { address: string; [further: string]: string }): void {
        if (this.closed) return;
        const untold = gate.pass(data.address);
        if (untold === undefined) return;
        const what = sentence(key, data);
        this.log('warning', untold > 0 ? sentence('more', { what, more: untold }) : what);
    }
}

import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { NewLogEntry } from '../../lib/core/journal/event-log';
import { plainText } from '../../lib/protocols/rccmd/codec';
import {
    CommandExecutor,
    checkActions,
    type AllowedAction,
    type PlannedCommand,
} from '../../lib/protocols/rccmd/executor';
import { Gatekeeper, type GateResult } from '../../lib/protocols/rccmd/gatekeeper';
import { RCCMD_PORT } from '../../lib/core/rccmd/parameters';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import {
    RccmdReceiver,
    type ReceivedCommand,
    type ReceiverConfig,
    type Refusal,
} from '../../lib/protocols/rccmd/receiver';
import { redundancyGroup, type RedundancyGroup } from '../../lib/protocols/rccmd/redundancy';
import { hostSetting, LOOPBACK } from '../../lib/protocols/shared/host';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { AllowedSenders, parseAddresses } from '../../lib/protocols/shared/senders';
import { splitList } from '../../lib/core/split-list';
import { SpawnRunner } from '../../lib/protocols/rccmd/spawn-runner';
import { verbTable, type RccmdVerbs } from '../../lib/protocols/rccmd/verbs';
import { flowOf } from '../shared/runtime/flow-of';
import { StatusLamp, type Look } from '../shared/words/node-status';
import { numberOr, optionalWhole, wholeOr } from '../shared/settings/numbers';
import { whenStarted } from '../shared/runtime/started';
import { detailInWords, errorText, statusText, told } from '../shared/words/texts';
import { said, type Sentence, type SentenceData } from '../../lib/core/language/sentence';
import type { Words } from '../../lib/core/language/words';
import { wordsOf } from '../shared/words/site-words';

interface UpsRccmdReceiverConfig extends NodeDef {
    /** Local addresses to listen at, as a list; empty = this machine alone. */
    address: string;
    port: string | number;
    transport: 'both' | 'tcp' | 'udp';
    /** Addresses and ranges that may send; `*` = any; empty = none. */
    senders: string;
    /** Redundancy group; empty = act at once. */
    members: string;
    /** How many members must say so; empty = all. */
    quorum: string | number;
    /** After how many hours what a member said no longer counts; 0 = never. Default 24. */
    /** How long a vote counts that is not said again; 0: for ever. */
    expireMinutes?: string | number;
    /** Of older flows, where 24 was the default. */
    expireHours?: string | number;
    /** What may be executed, and upon which message. */
    actions: AllowedAction[];
    site?: string;
    /** Everything that comes in, only what is refused or fails, or nothing. */
    log?: 'always' | 'errors' | 'never';
    /** Replace the inferred verbs. */
    shutdownVerb?: string;
    wakeupVerb?: string;
}

interface Settings extends ReceiverConfig {
    actions: AllowedAction[];
    group?: RedundancyGroup;
    verbs: RccmdVerbs;
}

const KEPT = 'redundancy';
const DEFAULT_EXPIRE_HOURS_BEFORE = 24;
/** Six times as long as a sender waits before it says it again (`RENEW_VOTE_MINUTES`): a lost message or two withdraw nothing. */
const DEFAULT_EXPIRE_MINUTES = 30;

export = (RED: NodeAPI) => {
    function UpsRccmdReceiver(this: Node, config: UpsRccmdReceiverConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        let settings: Settings;
        try {
            settings = readSettings(config);
        } catch (error) {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
            return;
        }
        const desk = new ReceptionDesk(RED, this, config, settings, lamp);
        whenStarted(RED, this, () => desk.open());
        this.on('close', (removed: boolean, done: () => void) => {
            desk.close(removed).then(done, (error: Error) => {
                this.warn(error.message);
                done();
            });
        });
    }
    RED.nodes.registerType('ups-rccmd-receiver', UpsRccmdReceiver as never);
};

/** @throws UpsError config-invalid, out-of-range */
function readSettings(config: UpsRccmdReceiverConfig): Settings {
    const members = parseAddresses(config.members ?? '', 'members');
    const quorum = members.length ? optionalWhole('quorum', config.quorum, 1, members.length) : undefined;
    const expireMinutes = numberOr('expireMinutes', config.expireMinutes, expiryBefore(config), 0, 525_600);
    return {
        addresses: splitList(config.address || LOOPBACK).map((address) => hostSetting('address', address)),
        port: wholeOr('port', config.port, RCCMD_PORT, 1, 65535),
        transport: settingChoice(
            'transport',
            config.transport,
            ['both', 'tcp', 'udp'],
            'both',
        ) as Settings['transport'],
        senders: new AllowedSenders(config.senders ?? ''),
        actions: checkActions(config.actions ?? []),
        group: members.length ? redundancyGroup(members, quorum, expireMinutes * 60_000) : undefined,
        verbs: verbTable({ shutdown: config.shutdownVerb, wakeup: config.wakeupVerb }),
    };
}

/** Minutes: what an older flow has chosen, unless it was the default of then, by which a vote that was not taken back counted for a day. */
function expiryBefore({ expireHours }: UpsRccmdReceiverConfig): number {
    const hours = numberOr('expireHours', expireHours, DEFAULT_EXPIRE_HOURS_BEFORE);
    return hours === DEFAULT_EXPIRE_HOURS_BEFORE ? DEFAULT_EXPIRE_MINUTES : hours * 60;
}

/** Takes what the receiver hears to the outputs, the event log and the allowed programs. */
class ReceptionDesk {
    private readonly receiver: RccmdReceiver;
    private readonly executor: CommandExecutor;
    private gate: Gatekeeper | undefined;
    private readonly openedAt: { wall: number; monotonic: number };
    private running = 0;
    private closed = false;
    private complaint = '';

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly config: UpsRccmdReceiverConfig,
        private readonly settings: Settings,
        private readonly lamp: StatusLamp,
    ) {
        const { clock } = flowOf(RED);
        this.executor = new CommandExecutor(new SpawnRunner(clock), clock);
        this.openedAt = { wall: clock.now(), monotonic: clock.monotonic() };
        this.receiver = new RccmdReceiver(new NetNetwork(), clock, settings, {
            command: (command) => this.take(command),
            refused: (refusal) => this.refuse(refusal),
            state: () => this.show(),
        });
    }

    open(): void {
        const { actions, group, verbs } = this.settings;
        this.gate = new Gatekeeper({
            actions,
            group,
            verbs,
            kept: this.journal().getValue(this.node.id, KEPT),
            keep: (state) => this.journal().setValue(this.node.id, KEPT, state),
        });
        this.receiver.start();
    }

    async close(removed: boolean): Promise<void> {
        this.closed = true;
        await this.receiver.stop();
        if (removed && this.settings.group) this.journal().setValue(this.node.id, KEPT, null);
    }

    /** Epoch ms that no step of the wall clock moves while this process runs: votes are as old as they are. */
    private steadyNow(): number {
        return this.openedAt.wall + flowOf(this.RED).clock.monotonic() - this.openedAt.monotonic;
    }

    private take(command: ReceivedCommand): void {
        if (!this.gate) return;
        const result = this.gate.judge(command, this.steadyNow());
        const { decision, error, planned, keepError } = result;
        const dryRun = flowOf(this.RED).registry.isDryRun(undefined, this.config.site);
        if (keepError) this.node.warn(errorText(this.RED, keepError));
        const message = {
            topic: command.verb,
            payload: command.text,
            rccmd: {
                ...command,
                decision,
                action: result.action,
                ...(error ? { reason: errorText(this.words, error) } : {}),
                ...(result.group ? { group: result.group } : {}),
                ...(planned ? { command: planned } : {}),
                dryRun,
            },
        };
        const serious = decision === 'refused' || decision === 'too-late' || result.action === 'shutdown';
        this.log(
            {
                kind: 'system',
                level: serious ? 'warning' : 'info',
                text: this.words.sentence(sentence(command, result, message.rccmd.reason)),
                detail: message.rccmd,
            },
            decision === 'refused' || decision === 'too-late',
        );
        const forward = decision === 'accepted' || decision === 'withdrawn';
        this.node.send((forward ? [message, null] : [null, message]) as never);
        if (planned) this.execute(planned, command, dryRun);
        this.show();
    }

    private execute(planned: PlannedCommand, command: ReceivedCommand, dryRun: boolean): void {
        const line = [planned.command, ...planned.args].join(' ');
        if (dryRun) {
            const text = `${statusText(this.words, 'dryRunLog')}: ${line}`;
            this.log({ kind: 'job', level: 'info', text, dryRun: true, detail: planned });
            return;
        }
        this.running++;
        this.executor.execute(planned).then(
            (outcome) => {
                this.running--;
                if (!outcome) {
                    const text = this.words.sentence(own('notAgain', { line }));
                    this.log({ kind: 'job', level: 'info', text, detail: planned });
                } else {
                    const { verb, sender } = command;
                    const how = outcome.error ?? said('exitCode', { code: 0 });
                    const ran = own('ran', { line, how, verb, sender });
                    const text = this.words.sentence(ran);
                    this.log({
                        kind: 'job',
                        level: outcome.ok ? 'info' : 'error',
                        text,
                        detail: detailInWords(this.words, outcome),
                    });
                    if (!outcome.ok && !this.closed) this.node.error(told(this.RED, ran));
                }
                this.show();
            },
            (error: Error) => this.node.error(error.message),
        );
    }

    private refuse({ sender, transport, reason, unreported }: Refusal): void {
        const what = own('refused', { sender, transport: transport.toUpperCase(), why: own(`reason.${reason}`) });
        const text = this.words.sentence(unreported ? own('more', { what, more: unreported }) : what);
        const rccmd = { sender, transport, port: this.settings.port, decision: 'refused', reason, unreported };
        this.log({ kind: 'system', level: 'warning', text, detail: rccmd }, true);
        this.node.send([null, { topic: reason, payload: '', rccmd }] as never);
    }

    private show(): void {
        if (this.closed) return;
        this.lamp.show(...this.look());
        const { state } = this.receiver;
        const problem = state.state === 'waiting' ? state.error.message : '';
        if (problem && problem !== this.complaint && state.state === 'waiting') {
            this.node.warn(errorText(this.RED, state.error));
            this.log({ kind: 'system', level: 'error', text: errorText(this.words, state.error) });
        }
        this.complaint = problem;
    }

    /** The one place where the receiver's state becomes a status. */
    private look(): [Look, string] {
        const { state } = this.receiver;
        if (state.state === 'waiting') return ['error', statusText(this.RED, state.error.code)];
        if (state.state !== 'listening') return ['connecting', statusText(this.RED, 'connecting')];
        if (this.running) return ['busy', statusText(this.RED, 'running')];
        const group = this.gate?.group;
        if (group?.said) {
            const key = group.said < group.quorum ? 'held' : 'accepted';
            return ['warning', `${statusText(this.RED, key)} ${group.said}/${group.quorum}`];
        }
        return ['ok', `${statusText(this.RED, 'listening')} ${this.settings.port}`];
    }

    private log(entry: Omit<NewLogEntry, 'at' | 'source' | 'nodeId'>, problem = entry.level === 'error'): void {
        const choice = this.config.log ?? 'always';
        if (choice === 'never' || (choice === 'errors' && !problem)) return;
        const source = this.node.name || 'ups-rccmd-receiver';
        this.site()?.store.append({ ...entry, at: flowOf(this.RED).clock.now(), source, nodeId: this.node.id });
    }

    private get words(): Words {
        return wordsOf(this.RED, this.site());
    }

    private site() {
        return flowOf(this.RED).registry.siteOf(undefined, this.config.site);
    }

    private journal() {
        return flowOf(this.RED).registry.journalOf(undefined, this.config.site);
    }
}

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-rccmd-receiver.said.${key}`, data });

function sentence({ verb, text, sender }: ReceivedCommand, result: GateResult, why?: string): Sentence {
    const { decision, group } = result;
    const data = { verb, sender, decision: own(`decision.${decision}`) };
    const what = text ? own('messageText', { ...data, text: plainText(text).slice(0, 200) }) : own('message', data);
    const standing = group
        ? own('standing', { what, said: group.said, members: group.members, quorum: group.quorum })
        : what;
    return why ? own('because', { what: standing, why }) : standing;
}

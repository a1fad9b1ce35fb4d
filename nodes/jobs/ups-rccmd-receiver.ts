import type { Node, NodeAPI } from 'node-red';
import type { NewLogEntry } from '../../lib/core/journal/event-log';
import { said, type Sentence, type SentenceData } from '../../lib/core/language/sentence';
import type { Words } from '../../lib/core/language/words';
import type { SettingsOf } from '../../lib/core/settings';
import { plainText } from '../../lib/protocols/rccmd/codec';
import {
    CommandExecutor,
    checkActions,
    type AllowedAction,
    type PlannedCommand,
} from '../../lib/protocols/rccmd/executor';
import { RccmdAuthorizer, type AuthorizerResult } from '../../lib/protocols/rccmd/authorizer';
import {
    RccmdReceiver,
    type ReceivedCommand,
    type ReceiverConfig,
    type Refusal,
} from '../../lib/protocols/rccmd/receiver';
import { redundancyGroup, type RedundancyGroup } from '../../lib/protocols/rccmd/redundancy';
import { SpawnRunner } from '../../lib/protocols/rccmd/spawn-runner';
import { verbTable, type RccmdVerbs } from '../../lib/protocols/rccmd/verbs';
import { bareHost } from '../../lib/protocols/shared/host';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import { AllowedSenders, parseAddresses } from '../../lib/protocols/shared/senders';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import type { NodeState } from '../../lib/flow/ports';
import { StatusIndicator } from '../shared/words/node-status';
import { wordsOf } from '../shared/words/site-words';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { detailInWords, errorText, statusText, toText } from '../shared/words/texts';
import { settings } from './ups-rccmd-receiver.settings';

type Settings = SettingsOf<typeof settings>;

/** The settings in the form that the receiver needs. */
interface Listening extends ReceiverConfig, Pick<Settings, 'log' | 'site'> {
    actions: AllowedAction[];
    group?: RedundancyGroup;
    verbs: RccmdVerbs;
}

const KEPT = 'redundancy';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const listening = checkSettings(RED, node, () => listeningOf(own));
        if (!listening) return;
        const handler = new RccmdCommandHandler(RED, node, listening, new StatusIndicator(node));
        whenFlowsStarted(RED, node, () => handler.open());
        node.on('close', (removed: boolean, done: () => void) => {
            handler.close(removed).then(done, (error: Error) => {
                node.warn(error.message);
                done();
            });
        });
    });
};

/** @throws UpsError config-invalid: the path of a program is not possible on this system */
function listeningOf(own: Settings): Listening {
    const members = parseAddresses(own.members, 'members');
    return {
        addresses: own.address.map(bareHost),
        port: own.port,
        transport: own.transport,
        senders: new AllowedSenders(own.senders),
        actions: checkActions(own.actions),
        group: members.length > 0 ? redundancyGroup(members, own.quorum, own.expireMinutes * 60_000) : undefined,
        verbs: verbTable({ shutdown: own.shutdownVerb, wakeup: own.wakeupVerb }),
        log: own.log,
        site: own.site,
    };
}

/** Passes received commands to the outputs, the event log and the allowed programs. */
class RccmdCommandHandler {
    private readonly receiver: RccmdReceiver;
    private readonly executor: CommandExecutor;
    private authorizer: RccmdAuthorizer | undefined;
    private readonly openedAt: { wall: number; monotonic: number };
    private running = 0;
    private closed = false;
    private complaint = '';

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly settings: Listening,
        private readonly indicator: StatusIndicator,
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
        this.authorizer = new RccmdAuthorizer({
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

    /** Epoch ms without the steps of the wall clock while this process runs: the age of votes must not change with the clock. */
    private steadyNow(): number {
        return this.openedAt.wall + flowOf(this.RED).clock.monotonic() - this.openedAt.monotonic;
    }

    private take(command: ReceivedCommand): void {
        if (!this.authorizer) return;
        const result = this.authorizer.judge(command, this.steadyNow());
        const { decision, error, planned, keepError } = result;
        const dryRun = flowOf(this.RED).registry.isDryRun(undefined, this.settings.site);
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
                    if (!outcome.ok && !this.closed) this.node.error(toText(this.RED, ran));
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
        this.indicator.show(...this.nodeStatus());
        const { state } = this.receiver;
        const problem = state.state === 'waiting' ? state.error.message : '';
        if (problem && problem !== this.complaint && state.state === 'waiting') {
            this.node.warn(errorText(this.RED, state.error));
            this.log({ kind: 'system', level: 'error', text: errorText(this.words, state.error) });
        }
        this.complaint = problem;
    }

    /** The only place that converts the receiver's state to a node status. */
    private nodeStatus(): [NodeState, string] {
        const { state } = this.receiver;
        if (state.state === 'waiting') return ['error', statusText(this.RED, state.error.code)];
        if (state.state !== 'listening') return ['connecting', statusText(this.RED, 'connecting')];
        if (this.running) return ['busy', statusText(this.RED, 'running')];
        const group = this.authorizer?.group;
        if (group?.said) {
            const key = group.said < group.quorum ? 'held' : 'accepted';
            return ['warning', `${statusText(this.RED, key)} ${group.said}/${group.quorum}`];
        }
        return ['ok', `${statusText(this.RED, 'listening')} ${this.settings.port}`];
    }

    private log(entry: Omit<NewLogEntry, 'at' | 'source' | 'nodeId'>, problem = entry.level === 'error'): void {
        const choice = this.settings.log;
        if (choice === 'never' || (choice === 'errors' && !problem)) return;
        const source = this.node.name || 'ups-rccmd-receiver';
        this.site()?.store.append({ ...entry, at: flowOf(this.RED).clock.now(), source, nodeId: this.node.id });
    }

    private get words(): Words {
        return wordsOf(this.RED, this.site());
    }

    private site() {
        return flowOf(this.RED).registry.siteOf(undefined, this.settings.site);
    }

    private journal() {
        return flowOf(this.RED).registry.journalOf(undefined, this.settings.site);
    }
}

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-rccmd-receiver.said.${key}`, data });

function sentence({ verb, text, sender }: ReceivedCommand, result: AuthorizerResult, why?: string): Sentence {
    const { decision, group } = result;
    const data = { verb, sender, decision: own(`decision.${decision}`) };
    const what = text ? own('messageText', { ...data, text: plainText(text).slice(0, 200) }) : own('message', data);
    const standing = group
        ? own('standing', { what, said: group.said, members: group.members, quorum: group.quorum })
        : what;
    return why ? own('because', { what: standing, why }) : standing;
}

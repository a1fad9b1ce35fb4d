import { UpsError, asUpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { isAllowed, planCommand, type AllowedAction, type PlannedCommand } from './executor';
import type { ReceivedCommand } from './receiver';
import { NO_REQUESTS, count, decide, restored, type RedundancyGroup, type RedundancyState } from './redundancy';
import { RCCMD_VERBS, actionOf, type RccmdAction, type RccmdVerbs } from './verbs';

export type AuthorizerDecision = 'accepted' | 'held' | 'withdrawn' | 'too-late' | 'refused';

export interface AuthorizerResult {
    decision: AuthorizerDecision;
    /** The action of the verb; undefined for a verb that no table lists. */
    action?: RccmdAction;
    /** Reason of a refusal. */
    error?: UpsError;
    /** The program of the allow-list entry; the caller starts it. */
    planned?: PlannedCommand;
    /** Storing the group's state failed: a restart will forget it. The decision stays valid. */
    keepError?: UpsError;
    /** State of the redundancy group after the message. */
    group?: { said: number; quorum: number; members: number };
}

export interface RccmdAuthorizerConfig {
    actions: readonly AllowedAction[];
    /** Absent: a shutdown is carried out at once. */
    group?: RedundancyGroup;
    verbs?: RccmdVerbs;
    /** The state from before a restart, as passed to `keep`. */
    kept?: unknown;
    /** Called with the state of the redundancy group (JSON) before its decision is carried out. */
    keep?(state: RedundancyState): void;
}

/** Decides on each message: accept, hold or refuse it, and which allowed program to start. */
export class RccmdAuthorizer {
    private state: RedundancyState;

    constructor(private readonly config: RccmdAuthorizerConfig) {
        this.state = config.group ? restored(config.kept) : NO_REQUESTS;
    }

    /** Number of members that request a shutdown; undefined without a group. */
    get group(): AuthorizerResult['group'] {
        const { group } = this.config;
        return group && { said: count(this.state), quorum: group.quorum, members: group.members.length };
    }

    /** @param at epoch ms */
    judge(command: ReceivedCommand, at: number): AuthorizerResult {
        const action = actionOf(command, this.config.verbs ?? RCCMD_VERBS);
        if (this.config.group && (action === 'shutdown' || action === 'wakeup')) {
            return this.askGroup(this.config.group, command, action, at);
        }
        return this.plan(command, { action, decision: 'accepted', group: this.group });
    }

    private askGroup(
        group: RedundancyGroup,
        command: ReceivedCommand,
        action: 'shutdown' | 'wakeup',
        at: number,
    ): AuthorizerResult {
        const { state, decision } = decide(group, this.state, action, command.sender, at);
        this.state = state;
        const base = { action, group: this.group, keepError: this.tryToKeep(state) };
        switch (decision.decision) {
            case 'not-a-member':
                return {
                    ...base,
                    decision: 'refused',
                    error: new UpsError('command-not-allowed', {
                        command: command.verb,
                        reason: said('notMember'),
                    }),
                };
            case 'act':
                return this.plan(command, { ...base, decision: 'accepted' });
            case 'withdrawn':
                return this.plan(command, { ...base, decision: 'withdrawn' });
            default:
                return { ...base, decision: decision.decision };
        }
    }

    /**
     * Stores the state before the decision is carried out, since this machine may then shut down. A full disk must not stop a
     * shutdown.
     */
    private tryToKeep(state: RedundancyState): UpsError | undefined {
        try {
            this.config.keep?.(state);
            return undefined;
        } catch (error) {
            return asUpsError(error, 'store-failed');
        }
    }

    private plan(command: ReceivedCommand, accepted: AuthorizerResult): AuthorizerResult {
        try {
            const planned = planCommand(this.config.actions, command);
            // `execute` without an entry in the allow-list is refused. All other verbs have a meaning without a program.
            if (accepted.action === 'execute' && !isAllowed(this.config.actions, command)) {
                throw new UpsError('command-not-allowed', { command: command.text.slice(0, 80) });
            }
            return { ...accepted, planned };
        } catch (error) {
            return { ...accepted, decision: 'refused', error: asUpsError(error, 'command-not-allowed') };
        }
    }
}

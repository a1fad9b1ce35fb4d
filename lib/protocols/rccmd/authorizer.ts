import { UpsError, asUpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { isAllowed, planCommand, type AllowedAction, type PlannedCommand } from './executor';
import type { ReceivedCommand } from './receiver';
import { NOBODY, count, decide, restored, type RedundancyGroup, type RedundancyState } from './redundancy';
import { RCCMD_VERBS, actionOf, type RccmdAction, type RccmdVerbs } from './verbs';

export type AuthorizerDecision = 'accepted' | 'held' | 'withdrawn' | 'too-late' | 'refused';

export interface AuthorizerResult {
    decision: AuthorizerDecision;
    /** What the verb asks for; undefined for a verb of no table. */
    action?: RccmdAction;
    /** Why it was refused. */
    error?: UpsError;
    /** What the allow-list has for it, to be started by the caller. */
    planned?: PlannedCommand;
    /** The group's state could not be kept: it will be forgotten by a restart. The decision stands nevertheless. */
    keepError?: UpsError;
    /** How the redundancy group stands after it. */
    group?: { said: number; quorum: number; members: number };
}

export interface RccmdAuthorizerConfig {
    actions: readonly AllowedAction[];
    /** Absent: a shutdown is acted upon at once. */
    group?: RedundancyGroup;
    verbs?: RccmdVerbs;
    /** The state kept before a restart, as given to `keep`. */
    kept?: unknown;
    /** Called with the state of the redundancy group (JSON) before anything is done about its decision. */
    keep?(state: RedundancyState): void;
}

/** Decides about each message: take it, hold it, refuse it, and which allowed program it starts. */
export class RccmdAuthorizer {
    private state: RedundancyState;

    constructor(private readonly config: RccmdAuthorizerConfig) {
        this.state = config.group ? restored(config.kept) : NOBODY;
    }

    /** How many members say shutdown; undefined without a group. */
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

    /** Before anything is done, as this machine may not live to write it afterwards; but a full disk must stop no shutdown. */
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
            // Asked to execute what the list does not have. Every other verb also means something without a program.
            if (accepted.action === 'execute' && !isAllowed(this.config.actions, command)) {
                throw new UpsError('command-not-allowed', { command: command.text.slice(0, 80) });
            }
            return { ...accepted, planned };
        } catch (error) {
            return { ...accepted, decision: 'refused', error: asUpsError(error, 'command-not-allowed') };
        }
    }
}

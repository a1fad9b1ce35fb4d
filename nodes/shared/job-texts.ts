import type { EventMessage } from '../../lib/core/messages';
import {
    fillCommandTemplate,
    fillHtmlTemplate,
    fillTemplate,
    type WildcardContext,
} from '../../lib/core/templates/wildcards';
import { hub, systemClock, type SiteRuntime } from './hub';

/** What fills the wildcards of a job's texts: the message, its status as of now, and the site. */
export function fillFor(
    message: EventMessage,
    site: SiteRuntime | undefined,
): { text(template: string): string; html(template: string): string; command(template: string): string } {
    const context = (): WildcardContext => ({
        now: systemClock.now(),
        message,
        ups: { name: hub.source(message.event.sourceId)?.upsName ?? (message.event.source || undefined) },
        speed: hub.clockOf(message).speed,
        site,
    });
    return {
        text: (template) => fillTemplate(template, context()),
        html: (template) => fillHtmlTemplate(template, context()),
        command: (template) => fillCommandTemplate(template, context()),
    };
}

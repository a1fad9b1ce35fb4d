import type { EventMessage } from '../../core/messages';
import {
    fillCommandTemplate,
    fillHtmlTemplate,
    fillTemplate,
    type WildcardContext,
} from '../../core/templates/wildcards';
import type { Flow } from '../flow';
import type { Site } from '../site';

/** Fills the wildcards in a job's texts from the message, the present status, and the site. */
export function fillFor(
    flow: Flow,
    message: EventMessage,
    site: Site | undefined,
): { text(template: string): string; html(template: string): string; command(template: string): string } {
    const context = (): WildcardContext => ({
        now: flow.clock.now(),
        message,
        ups: { name: flow.registry.source(message.event.sourceId)?.upsName ?? (message.event.source || undefined) },
        speed: flow.registry.clockOf(message).speed,
        site,
    });
    return {
        text: (template) => fillTemplate(template, context()),
        html: (template) => fillHtmlTemplate(template, context()),
        command: (template) => fillCommandTemplate(template, context()),
    };
}

import type { WidgetSource } from './dashboard-types';

export const PACKAGE = '@ridethrough/node-red-dashboard-2-ups';

/** The script that holds all widgets. */
const SCRIPT = 'ui-ups.js';

/** Where a page finds a widget: what the dashboard itself finds out only for packages that the user's package.json names. */
export function sourceOf(type: string): WidgetSource {
    return { package: PACKAGE, name: type, src: SCRIPT, path: '', component: componentOf(type) };
}

/** `ui-ups-bar`: `UiUpsBar`. */
export function componentOf(type: string): string {
    return type
        .split('-')
        .map((part) => part[0]!.toUpperCase() + part.slice(1))
        .join('');
}

import type { Component } from 'vue';

const pages = import.meta.glob<Component>('./pages/*/UiUps*.vue', { eager: true, import: 'default' });

/** `UiUpsBar`: `ui-ups-bar`. */
function typeOf(component: string): string {
    return component.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

// The dashboard looks for a widget as window['<type>'].<Component>.
const place = window as unknown as Record<string, Record<string, Component>>;
for (const [path, component] of Object.entries(pages)) {
    const name = path.slice(path.lastIndexOf('/') + 1, -'.vue'.length);
    const type = typeOf(name);
    place[type] = { ...place[type], [name]: component };
}

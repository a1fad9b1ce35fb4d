/** Makes an element a button, for mouse and keyboard. */
export function pressable(element: JQuery, action: () => void): JQuery {
    return element.attr({ tabindex: 0, role: 'button' }).on('click keydown', (event) => {
        if (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        action();
    });
}

/** Draws the content of `container` again, and keeps the focus on the element with the same `data-focus`. */
export function redraw(container: JQuery, draw: () => void): void {
    const focused = container[0]?.contains(document.activeElement) ? document.activeElement : undefined;
    const key = focused?.getAttribute('data-focus');
    // Where there is little height, the whole side bar scrolls instead of its parts.
    const scrolled = container.add(container.closest('.ridethrough-sidebar')).toArray();
    const tops = scrolled.map(({ scrollTop }) => scrollTop);
    draw();
    if (key)
        container
            .find('[data-focus]')
            .filter((_, each) => each.getAttribute('data-focus') === key)
            .each((_, each) => each.focus({ preventScroll: true }));
    scrolled.forEach((element, i) => (element.scrollTop = tops[i]!));
}

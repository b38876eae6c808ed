import { type DataFrame, formattedValueToString, getValueFormat } from '@grafana/data';
import { useEffect, useRef } from 'react';
import type { Range } from './interpolate.ts';

interface Props {
  readonly frames: readonly DataFrame[];
  readonly range: Range;
  readonly width: number;
  readonly height: number;
  readonly unit: string;
}

const LEFT = 56;
const BOTTOM = 20;

/** The heatmap of Grafana is no part of its component library: a plain one, drawn on a canvas. */
export function Heatmap({ frames, range, width, height, unit }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context) draw(context, { frames, range, width, height, unit });
  });
  const ratio = window.devicePixelRatio;
  return (
    <canvas ref={canvas} width={width * ratio} height={height * ratio} style={{ width, height }} />
  );
}

function draw(context: CanvasRenderingContext2D, { frames, range, width, height, unit }: Props) {
  context.setTransform(window.devicePixelRatio, 0, 0, window.devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  const buckets = frames
    .map((frame) => ({
      bound: Number(frame.fields[1]?.labels?.['le']?.replace('+Inf', 'Infinity')),
      times: [...(frame.fields[0]?.values ?? [])] as number[],
      sums: [...(frame.fields[1]?.values ?? [])] as number[],
    }))
    .sort((a, b) => a.bound - b.bound);
  const cells = buckets.flatMap(({ times, sums }, row) =>
    times.map((time, index) => {
      const below = buckets[row - 1];
      const at = below?.times.indexOf(time) ?? -1;
      return { row, time, count: (sums[index] ?? 0) - (at < 0 ? 0 : (below?.sums[at] ?? 0)) };
    }),
  );
  const most = Math.max(...cells.map(({ count }) => count));
  const step = (buckets[0]?.times[1] ?? 0) - (buckets[0]?.times[0] ?? 0);
  const rowHeight = (height - BOTTOM) / buckets.length;
  const toX = (time: number): number =>
    LEFT + ((time / 1000 - range.from) / (range.to - range.from)) * (width - LEFT);
  for (const { row, time, count } of cells) {
    if (count <= 0) continue;
    const share = Math.sqrt(count / most);
    context.fillStyle = `hsl(${40 - 30 * share} 90% ${20 + 40 * share}%)`;
    const cellWidth = Math.max(1, (step / 1000 / (range.to - range.from)) * (width - LEFT));
    context.fillRect(toX(time), height - BOTTOM - (row + 1) * rowHeight, cellWidth, rowHeight - 1);
  }
  context.fillStyle = '#ccccdc';
  context.font = '12px Inter, Helvetica, Arial, sans-serif';
  context.textAlign = 'right';
  const format = getValueFormat(unit);
  const every = Math.ceil(16 / rowHeight);
  buckets.forEach(({ bound }, row) => {
    if (row % every !== 0) return;
    const text = bound === Infinity ? '+Inf' : formattedValueToString(format(bound));
    context.fillText(text, LEFT - 6, height - BOTTOM - row * rowHeight - rowHeight / 2 + 4);
  });
  context.textAlign = 'center';
  for (let part = 1; part < 6; part += 1) {
    const time = range.from + (part / 6) * (range.to - range.from);
    const label = new Date(time * 1000).toISOString().slice(11, 16);
    context.fillText(label, toX(time * 1000), height - 4);
  }
}

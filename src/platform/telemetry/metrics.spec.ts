import { Metrics } from './index.js';

describe('the metrics of a process', () => {
  it('gives the same counter for the same name', async () => {
    const metrics = new Metrics();
    metrics.counter('jobs_total', 'Jobs', ['queue']).inc({ queue: 'a' });
    metrics.counter('jobs_total', 'Jobs', ['queue']).inc({ queue: 'a' });
    expect((await metrics.render()).text).toContain('jobs_total{queue="a"} 2');
  });

  it('keeps two processes apart', async () => {
    new Metrics().counter('jobs_total', 'Jobs').inc();
    expect((await new Metrics().render()).text).not.toContain('jobs_total');
  });

  it('reads a gauge when it is scraped', async () => {
    const metrics = new Metrics();
    let depth = 1;
    metrics.gauge('queue_depth', 'Depth', () => depth);
    depth = 7;
    expect((await metrics.render()).text).toContain('queue_depth 7');
  });

  it('records the time of work that throws, and lets the error through', async () => {
    const metrics = new Metrics();
    const histogram = metrics.seconds('work_seconds', 'Work', ['kind']);
    await expect(metrics.timed(histogram, { kind: 'a' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await metrics.render()).text).toContain('work_seconds_count{kind="a"} 1');
  });
});

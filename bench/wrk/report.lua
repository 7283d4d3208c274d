-- What a run has measured, as a line of JSON after the word BENCH. Latencies are milliseconds.
function done(summary, latency)
  local errors = summary.errors
  local function at(percentile) return latency:percentile(percentile) / 1000 end
  io.write(string.format(
    'BENCH {"requests":%d,"seconds":%.6f,"failed":%d,"p50":%.4f,"p99":%.4f,"p999":%.4f}\n',
    summary.requests, summary.duration / 1000000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    at(50), at(99), at(99.9)
  ))
end

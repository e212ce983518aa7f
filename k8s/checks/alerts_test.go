package checks

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

const (
	scrape = 30 * time.Second
	during = time.Hour
)

type rule struct{ Alert, Expr, For string }

// series is one of Prometheus': its value at a moment since the beginning.
type series struct {
	name  string
	tags  []string
	value func(time.Duration) float64
}

func always(value float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return value }
}

// from is 0, and 1 from then on.
func from(begin, end time.Duration) func(time.Duration) float64 {
	return func(at time.Duration) float64 {
		if at >= begin && at < end {
			return 1
		}
		return 0
	}
}

func growing(perSecond float64) func(time.Duration) float64 {
	return func(at time.Duration) float64 { return at.Seconds() * perSecond }
}

// database is in one state while in says so, and awake else.
func database(state string, in func(time.Duration) float64) []series {
	all := []series{{"up", nil, always(1)}}
	for _, each := range []string{"awake", "asleep", "waking", "down"} {
		value := always(0)
		switch each {
		case state:
			value = in
		case "awake":
			value = func(at time.Duration) float64 { return 1 - in(at) }
		}
		all = append(all, series{"bobbin_database_state", []string{"state", each}, value})
	}
	return all
}

func calls(good, bad float64) []series {
	return append(database("awake", always(1)),
		series{"http_server_requests_seconds_count", []string{"status", "200", "uri", "/v1/threads"}, growing(good)},
		series{"http_server_requests_seconds_count", []string{"status", "503", "uri", "/v1/threads"}, growing(bad)},
		// the probes of a pod whose database is down
		series{"http_server_requests_seconds_count", []string{"status", "503", "uri", "/q/health/ready"}, growing(0.2)})
}

func with(all []series, name, label, value string, values func(time.Duration) float64) []series {
	tags := []string{}
	if label != "" {
		tags = []string{label, value}
	}
	return append(slices.Clone(all), series{name, tags, values})
}

func TestAlerts(t *testing.T) {
	awake := database("awake", always(1))
	cases := []struct {
		situation string
		given     []series
		fires     []string
	}{
		{"all is well", awake, nil},
		{"the database sleeps for an hour", database("asleep", always(1)), nil},
		{"it is waking, again and again", database("waking", always(1)), nil},
		{"calls wait while it wakes", with(database("waking", always(1)), "bobbin_pool_waiting", "", "", always(500)), nil},
		{"it restarts, and is down for half a minute", database("down", from(10*time.Minute, 10*time.Minute+scrape)), nil},
		{"it is down for five minutes", database("down", from(10*time.Minute, 15*time.Minute)), []string{"BobbinDatabaseDown"}},
		{"no pod is there", nil, []string{"BobbinGone"}},
		{"no pod answers", []series{{"up", nil, always(0)}}, []string{"BobbinGone"}},
		{"a node is replaced", []series{{"up", nil, from(4*time.Minute, during*2)}}, nil},
		{"one of a hundred calls fails", calls(10, 0.1), nil},
		{"one of ten calls fails", calls(9, 1), []string{"BobbinErrors"}},
		{"the only three calls of five minutes fail", calls(0, 0.01), nil},
		{"calls wait while it is awake", with(awake, "bobbin_pool_waiting", "", "", always(3)), []string{"BobbinCallsWait"}},
		{"a burst waits for two minutes", with(awake, "bobbin_pool_waiting", "", "", from(8*time.Minute, 10*time.Minute)), nil},
		{"all connections are in use", with(awake, "bobbin_pool_connections", "state", "used", always(7)),
			[]string{"BobbinPoolAtItsLimit"}},
		{"all but one are in use", with(awake, "bobbin_pool_connections", "state", "used", always(6)), nil},
		{"statements are silent", with(awake, "bobbin_database_retries_total", "reason", "silent", growing(0.05)),
			[]string{"BobbinStatementsSilent"}},
		{"what a suspend broke off is sent again", with(awake, "bobbin_database_retries_total", "reason", "unknown", growing(0.05)), nil},
		{"a connection was not given back", with(awake, "bobbin_pool_discards_total", "reason", "abandoned", always(1)),
			[]string{"BobbinLeaksConnections"}},
		{"idle connections are closed", with(awake, "bobbin_pool_discards_total", "reason", "idle", growing(0.1)), nil},
	}
	rules := rules(t)
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e6, Timeout: time.Minute})
	seen := map[string]bool{}
	for _, c := range cases {
		var fired []string
		for _, rule := range rules {
			if fires(t, engine, rule, c.given) {
				fired = append(fired, rule.Alert)
				seen[rule.Alert] = true
			}
		}
		if !slices.Equal(fired, c.fires) {
			t.Errorf("%s: alerts are %v, should be %v", c.situation, fired, c.fires)
		}
	}
	for _, rule := range rules {
		if !seen[rule.Alert] {
			t.Errorf("nothing sets %s off", rule.Alert)
		}
	}
}

func rules(t *testing.T) []rule {
	for _, object := range rendered(t)["variants.yaml"] {
		if object.Kind == "PrometheusRule" {
			var found struct {
				Spec struct{ Groups []struct{ Rules []rule } }
			}
			read(t, object.raw, &found)
			return found.Spec.Groups[0].Rules
		}
	}
	t.Fatal("variants.yaml has no PrometheusRule")
	return nil
}

// fires tells whether the expression holds without a break for as long as the rule says.
func fires(t *testing.T, engine *promql.Engine, rule rule, given []series) bool {
	t.Helper()
	long, err := time.ParseDuration(rule.For)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Unix(0, 0)
	query, err := engine.NewRangeQuery(t.Context(), samples(given), nil, rule.Expr, begin, begin.Add(during), scrape)
	if err != nil {
		t.Fatalf("%s: %v", rule.Alert, err)
	}
	defer query.Close()
	matrix, err := query.Exec(t.Context()).Matrix()
	if err != nil {
		t.Fatalf("%s: %v", rule.Alert, err)
	}
	for _, found := range matrix {
		since, last := int64(0), int64(-1)
		for _, point := range found.Floats {
			if last < 0 || point.T-last > scrape.Milliseconds() {
				since = point.T
			}
			last = point.T
			if point.T-since >= long.Milliseconds() {
				return true
			}
		}
	}
	return false
}

// samples is a Prometheus that scraped these from one pod.
type samples []series

func (s samples) Querier(int64, int64) (storage.Querier, error) {
	return &storage.MockQuerier{SelectMockFunction: s.find}, nil
}

func (s samples) find(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	found := &set{}
	for _, one := range s {
		tags := append([]string{"__name__", one.name, "job", "bobbin", "namespace", "bobbin", "pod", "bobbin-1"}, one.tags...)
		all := labels.FromStrings(tags...)
		if slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(all.Get(m.Name)) }) {
			continue
		}
		var scraped []chunks.Sample
		for at := time.Duration(0); at <= during; at += scrape {
			scraped = append(scraped, sample{t: at.Milliseconds(), f: one.value(at)})
		}
		found.all = append(found.all, storage.NewListSeries(all, scraped))
	}
	return found
}

// sample is a number; of what else the interface knows nothing is asked.
type sample struct {
	chunks.Sample
	t int64
	f float64
}

func (s sample) T() int64                 { return s.t }
func (s sample) ST() int64                { return 0 }
func (s sample) F() float64               { return s.f }
func (s sample) Type() chunkenc.ValueType { return chunkenc.ValFloat }

type set struct {
	all  []storage.Series
	next int
}

func (s *set) Next() bool                        { s.next++; return s.next <= len(s.all) }
func (s *set) At() storage.Series                { return s.all[s.next-1] }
func (s *set) Err() error                        { return nil }
func (s *set) Warnings() annotations.Annotations { return nil }

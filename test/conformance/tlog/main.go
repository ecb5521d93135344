// Checks a log of ours with Go's own golang.org/x/mod/sumdb: opens its checkpoint, reads its tiles, and proves again what we proved.
//
//	main DIR    with DIR/key, DIR/checkpoint, DIR/proofs.json and DIR/tile/…
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type proof struct {
	// "record": Index in Size. "tree": From to Size.
	Kind        string
	Index, From int64
	Size        int64
	Leaf        string
	Hashes      []string
}

type files struct{ dir string }

func (f files) Height() int { return tileHeight }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		// Go's path names the height; that of C2SP, which knows one height only, does not.
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(f.dir, path))
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	dir := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(dir, "key"))))
	check(err)
	opened, err := note.Open(read(dir, "checkpoint"), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		log.Fatalf("a checkpoint of %s", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	// Every hash that it gives is authenticated against the signed root.
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, files{dir})

	var proofs []proof
	check(json.Unmarshal(read(dir, "proofs.json"), &proofs))
	for _, p := range proofs {
		tree, err := tlog.TreeHash(p.Size, reader)
		check(err)
		if p.Kind == "record" {
			again, err := tlog.ProveRecord(p.Size, p.Index, reader)
			check(err)
			same(p, again)
			check(tlog.CheckRecord(again, p.Size, tree, p.Index, hash(p.Leaf)))
			continue
		}
		older, err := tlog.TreeHash(p.From, reader)
		check(err)
		again, err := tlog.ProveTree(p.Size, p.From, reader)
		check(err)
		same(p, again)
		check(tlog.CheckTree(again, p.Size, tree, p.From, older))
	}
	fmt.Printf("%d proofs of %d leaves\n", len(proofs), size)
}

func same(p proof, again []tlog.Hash) {
	if len(again) != len(p.Hashes) {
		log.Fatalf("%+v has %d hashes here", p, len(again))
	}
	for i := range again {
		if again[i] != hash(p.Hashes[i]) {
			log.Fatalf("%+v differs at hash %d", p, i)
		}
	}
}

func hash(text string) (h tlog.Hash) {
	bytes, err := hex.DecodeString(text)
	check(err)
	copy(h[:], bytes)
	return h
}

func read(dir, name string) []byte {
	bytes, err := os.ReadFile(filepath.Join(dir, name))
	check(err)
	return bytes
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
